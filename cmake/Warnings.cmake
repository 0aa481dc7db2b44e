# clearway_warnings: linked by every target whose code is ours, and by none that is not.
add_library(clearway_warnings INTERFACE)
target_compile_options(clearway_warnings INTERFACE
  -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wextra-semi
  $<$<BOOL:${CLEARWAY_WERROR}>:-Werror>)
