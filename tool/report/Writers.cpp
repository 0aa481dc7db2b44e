#include "report/Writers.h"

namespace clearway::report {

std::string write(Format format, const Report &report, SourceCache &sources, const WriteOptions &options) {
  switch (format) {
  case Format::Text:
    return writeText(report, sources, options);
  case Format::Concise:
    return writeConcise(report, sources, options);
  case Format::Json:
    return writeJson(report, sources, options);
  case Format::Sarif:
    return writeSarif(report, sources, options);
  case Format::GitHub:
    return writeGitHub(report, sources, options);
  case Format::JUnit:
    return writeJUnit(report, sources, options);
  }
  return {};
}

} // namespace clearway::report
