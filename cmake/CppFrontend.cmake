# The C++ front end is a module that the command loads when it meets the first C++ file: LLVM's libraries take
# longer to load than a small Python project takes to check.
find_package(Clang CONFIG QUIET HINTS /usr/lib/llvm-22/lib/cmake/clang) # its version file accepts 22.1 only, not 22
if(NOT Clang_FOUND OR NOT LLVM_VERSION_MAJOR EQUAL 22)
  message(FATAL_ERROR "The C++ front end needs Clang 22. Install libclang-22-dev and llvm-22-dev, "
                      "or configure with -DCLEARWAY_CPP_FRONTEND=OFF")
endif()

file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tool/frontend/cpp/*.cpp)
list(FILTER sources EXCLUDE REGEX "/frontend/cpp/syntax/")
if(sources)
  add_library(clearway-cpp MODULE ${sources})
  target_link_libraries(clearway-cpp PRIVATE clearway_frontend clearway_warnings clang-cpp LLVM)
  target_include_directories(clearway-cpp SYSTEM PRIVATE ${CLANG_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_compile_definitions(clearway-cpp PRIVATE ${LLVM_DEFINITIONS_LIST})
  if(NOT LLVM_ENABLE_RTTI)
    target_compile_options(clearway-cpp PRIVATE -fno-rtti)
  endif()
  if(TARGET clearway)
    add_dependencies(clearway clearway-cpp)
  endif()
  install(TARGETS clearway-cpp)
endif()
