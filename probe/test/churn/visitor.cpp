// Loaded, run through and unloaded over and over: its code is on stacks that are captured, and then it is gone.
extern "C" __attribute__((noinline)) int clearway_visit(int (*inner)(int), int argument) {
  return inner(argument) + 1;
}
