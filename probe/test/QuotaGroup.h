// A control group with a CPU quota of a twenty-fifth of a core, and a group without one inside it, for single threads.
#pragma once

#include <cstdint>
#include <string>

class QuotaGroup {
public:
  QuotaGroup(); // below the process's own group, in version 1 or 2
  ~QuotaGroup();
  QuotaGroup(const QuotaGroup &) = delete;
  QuotaGroup &operator=(const QuotaGroup &) = delete;

  const std::string &problem() const { return problem_; } // empty: usable

  // The calling thread. `inner`: into the inner group, whose outer one has the quota.
  bool enter(bool inner) const;
  bool leave() const;

  uint64_t throttled_ns() const; // how long its threads were kept from running so far

private:
  bool make_version1();
  bool make_version2();

  std::string parent_, folder_, inner_, members_, problem_;
};

QuotaGroup &quota_group(); // one for the process, made at first use
