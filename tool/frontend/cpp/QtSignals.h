// Connections of Qt's signals: a slot runs in the thread of its receiver, which is the main loop's unless somebody moved it to another.
#pragma once

#include "frontend/cpp/ValueReader.h"

#include <unordered_set>

namespace clearway::frontend::cpp {

class QtSignals {
public:
  QtSignals(const link::Program &program, const catalog::Catalog &catalog, const FunctionIndex &functions, const ClassIndex &classes,
            const ValueReader &values);
  /// Says of a call of connect() that it is QObject's, or that nobody knows where the slot runs. Slots that are named by text are found.
  void resolve(link::Call &call) const;

private:
  std::string_view slotNamed(const facts::FileFacts &file, facts::ValueId value) const;
  void addSlots(link::Call &call) const;
  bool isConnection(const facts::FileFacts &file, const facts::CallSite &site) const;
  bool leavesMainLoop(link::FileId file, facts::ValueId object) const;

  const link::Program &program_;
  const catalog::Catalog &catalog_;
  const FunctionIndex &functions_;
  const ClassIndex &classes_;
  const ValueReader &values_;
  std::unordered_set<Name> moved_; // classes of objects that are moved to a thread
};

} // namespace clearway::frontend::cpp
