#include "frontend/python/SemanticsClasses.h"

#include <algorithm>

namespace clearway::python {
namespace {

using Order = std::vector<Ancestor>;

bool isInTail(const Ancestor &candidate, const Order &order, size_t head) {
  return std::find(order.begin() + static_cast<ptrdiff_t>(std::min(head + 1, order.size())), order.end(),
                   candidate) != order.end();
}

// The merge step of C3. Empty if the orders contradict each other.
Order merge(const std::vector<Order> &orders) {
  std::vector<size_t> heads(orders.size());
  Order result;
  for (;;) {
    const Ancestor *next = nullptr;
    bool isDone = true;
    for (size_t i = 0; i < orders.size() && !next; ++i) {
      if (heads[i] == orders[i].size())
        continue;
      isDone = false;
      const Ancestor &candidate = orders[i][heads[i]];
      bool isFree = true;
      for (size_t j = 0; j < orders.size() && isFree; ++j)
        isFree = !isInTail(candidate, orders[j], heads[j]);
      if (isFree)
        next = &candidate;
    }
    if (isDone)
      return result;
    if (!next)
      return {};
    result.push_back(*next);
    for (size_t i = 0; i < orders.size(); ++i)
      if (heads[i] < orders[i].size() && orders[i][heads[i]] == result.back())
        ++heads[i];
  }
}

Order depthFirst(const std::vector<Order> &orders) {
  Order result;
  for (const Order &order : orders)
    for (const Ancestor &each : order)
      if (std::find(result.begin(), result.end(), each) == result.end())
        result.push_back(each);
  return result;
}

} // namespace

ClassTable::ClassTable(const link::Program &program) : program_(program) {
  for (link::FileId file = 0; file < program.files.size(); ++file) {
    base_.push_back(size());
    if (program.files[file].language != facts::Language::Python)
      continue;
    for (facts::ClassId local = 0; local < program.files[file].classes.size(); ++local) {
      Entry &entry = entries_.emplace_back();
      entry.file = file;
      entry.local = local;
      entry.isInterface = program.files[file].classes[local].isProtocol != 0;
    }
  }
  markInterfaces();
}

void ClassTable::markInterfaces() {
  for (link::FileId file = 0; file < program_.files.size(); ++file) {
    if (program_.files[file].language != facts::Language::Python)
      continue;
    for (const facts::Function &function : program_.files[file].functions)
      if (function.flags & facts::FunctionFlag::Abstract && function.enclosingClass != facts::kNone)
        entries_[at(file, function.enclosingClass)].isInterface = true;
  }
}

std::vector<Ancestor> ClassTable::linearize(ClassId id, const std::vector<Ancestor> &bases) {
  const Ancestor self{id, {}};
  std::vector<Order> orders{{self}};
  for (const Ancestor &base : bases)
    orders.push_back(base.type == facts::kNone ? Order{base} : order(base.type));
  orders.push_back(bases);
  Order merged = merge(orders);
  return merged.empty() ? depthFirst(orders) : merged;
}

const std::vector<Ancestor> &ClassTable::order(ClassId id) {
  if (entries_[id].state == Entry::State::New) {
    entries_[id].state = Entry::State::Busy;
    entries_[id].order = {{id, {}}}; // what a class sees that derives from itself
    Order result = linearize(id, bases_(id));
    entries_[id].order = std::move(result);
    entries_[id].state = Entry::State::Done;
  }
  return entries_[id].order;
}

void ClassTable::findSubclasses() {
  for (ClassId id = 0; id < size(); ++id)
    for (const Ancestor &ancestor : order(id))
      if (ancestor.type != facts::kNone && ancestor.type != id)
        entries_[ancestor.type].subclasses.push_back(id);
}

bool ClassTable::derives(ClassId id, ClassId from) {
  const std::vector<Ancestor> &all = order(id);
  return std::any_of(all.begin(), all.end(), [&](const Ancestor &each) { return each.type == from; });
}

bool ClassTable::derives(ClassId id, std::string_view external) {
  const std::vector<Ancestor> &all = order(id);
  return std::any_of(all.begin(), all.end(), [&](const Ancestor &each) {
    return !each.external.empty() && each.external.view() == external;
  });
}

} // namespace clearway::python
