# RelWithDebInfo unless asked otherwise: assertions on, optimised, and with line tables only, because full
# debug information triples the link time and nobody reads it in a profile.
get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT multi_config AND NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, RelWithDebInfo or Release" FORCE)
endif()
foreach(language C CXX)
  set(CMAKE_${language}_FLAGS_RELWITHDEBINFO "-O2 -g1" CACHE STRING "Optimised, with line tables" FORCE)
  set(CMAKE_${language}_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "Optimised, without assertions" FORCE)
endforeach()

option(CLEARWAY_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)
if(CLEARWAY_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# The plugin of clang-tidy is made of the same objects as the command, so all of them are position-independent; what a
# function calls in its own file is still known to be that one, as in a program.
if(CLEARWAY_CPP_FRONTEND)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  add_compile_options(-fno-semantic-interposition)
endif()
