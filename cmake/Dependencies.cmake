# Everything that comes from the distribution. The names of the Debian packages are in utils/packages.txt.
find_package(Threads REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tl-expected REQUIRED)
find_package(yaml-cpp REQUIRED)

# Debian gives these neither a CMake package nor, in every release, a pkg-config file.
function(clearway_system_library target header library)
  find_path(${target}_include ${header} REQUIRED)
  find_library(${target}_library ${library} REQUIRED)
  mark_as_advanced(${target}_include ${target}_library)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_include})
  target_link_libraries(${target} INTERFACE ${${target}_library})
endfunction()
clearway_system_library(clearway_xxhash xxhash.h xxhash)
clearway_system_library(clearway_nettle nettle/sha2.h nettle)
clearway_system_library(clearway_iberty libiberty/demangle.h iberty)

# What the lowest layers stand on: results, digests, threads.
add_library(clearway_text_libraries INTERFACE)
target_link_libraries(clearway_text_libraries INTERFACE tl::expected clearway_xxhash clearway_nettle Threads::Threads)
