#include "link/Order.h"

#include <algorithm>
#include <numeric>

namespace clearway::link {
namespace {

using facts::FileFacts;
using facts::kNone;
using Renumbering = std::vector<uint32_t>; // old id → new id; kNone: removed

template <class Record> uint32_t functionOf(const Record &record) {
  return record.function;
}
uint32_t functionOf(const facts::CallSite &site) {
  return site.caller;
}

bool isDropped(const std::vector<bool> &dropped, uint32_t function) {
  return !dropped.empty() && function != kNone && dropped[function];
}

template <class Record> bool inOrder(const std::vector<Record> &records, const std::vector<bool> &dropped) {
  return std::is_sorted(records.begin(), records.end(),
                        [](const Record &a, const Record &b) { return functionOf(a) < functionOf(b); }) &&
         std::none_of(records.begin(), records.end(),
                      [&](const Record &r) { return isDropped(dropped, functionOf(r)); });
}

template <class Record> Renumbering reorder(std::vector<Record> &records, const std::vector<bool> &dropped) {
  std::vector<uint32_t> order(records.size());
  std::iota(order.begin(), order.end(), 0u);
  std::erase_if(order, [&](uint32_t i) { return isDropped(dropped, functionOf(records[i])); });
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return functionOf(records[a]) < functionOf(records[b]); });
  Renumbering renumbering(records.size(), kNone);
  std::vector<Record> moved;
  moved.reserve(order.size());
  for (const uint32_t old : order) {
    renumbering[old] = static_cast<uint32_t>(moved.size());
    moved.push_back(records[old]);
  }
  records = std::move(moved);
  return renumbering;
}

void renumber(uint32_t &id, const Renumbering &renumbering) {
  if (id != kNone && id < renumbering.size())
    id = renumbering[id];
}

void renumberCalls(FileFacts &file, const Renumbering &calls) {
  for (facts::Value &value : file.values) {
    if (value.kind != facts::ValueKind::CallResult)
      continue;
    renumber(value.a, calls);
    if (value.a == kNone)
      value = facts::Value{};
  }
  for (facts::CallSite &site : file.calls)
    renumber(site.awaitedBy, calls);
}

void renumberEvents(FileFacts &file, const Renumbering &calls, const Renumbering &objects,
                    const Renumbering &suspensions) {
  for (facts::Event &event : file.events) {
    if (event.kind == facts::EventKind::Call || event.kind == facts::EventKind::Refused)
      renumber(event.index, calls);
    else if (event.kind == facts::EventKind::Suspend)
      renumber(event.index, suspensions);
    else
      renumber(event.index, objects);
    if (event.kind == facts::EventKind::Move || event.kind == facts::EventKind::Refused)
      renumber(event.other, objects);
  }
}

} // namespace

void orderByFunction(FileFacts &file, const std::vector<bool> &dropped) {
  if (inOrder(file.calls, dropped) && inOrder(file.objects, dropped) && dropped.empty())
    return;
  const Renumbering calls = reorder(file.calls, dropped);
  const Renumbering objects = reorder(file.objects, dropped);
  const Renumbering suspensions = reorder(file.suspensions, dropped);
  renumberCalls(file, calls);
  renumberEvents(file, calls, objects, suspensions);
  for (size_t f = 0; f < dropped.size(); ++f)
    if (dropped[f])
      file.functions[f].blocks = {};
}

} // namespace clearway::link
