// Which place a value was taken out of: a path of names that is the same for a collection, its items and what its iterators give.
#pragma once

#include "facts/Facts.h"

#include <string>

namespace clearway::analysis {

/// `self.workers` for `self.workers.drain(..).next()?`, and for the parameter of a closure that is given what is in it. Variables and
/// parameters are told apart by their numbers. "" if that is not to be told. Rust only.
std::string sourcePath(const facts::FileFacts &file, facts::ValueId value);

/// Whether `asked` is a question about what `site` takes, or about all that was in the same collection, answered before `site`:
/// `handles.iter().all(|h| h.is_finished())` about each of `handles`. Rust only.
bool asksAboutSource(const facts::FileFacts &file, const facts::CallSite &asked, const facts::CallSite &site);

/// The same by a helper: `self.is_done()`, which asks `method` of what `self` holds. `helper` is the function that `asking` calls.
bool asksThrough(const facts::FileFacts &file, facts::FunctionId helper, Name method, const facts::CallSite &asking, const facts::CallSite &site);

/// The same for a method that is given by its name: `handles.extract_if(.., JoinHandle::is_finished)`.
bool isAskedByName(const facts::FileFacts &file, Name method, const facts::CallSite &site);

} // namespace clearway::analysis
