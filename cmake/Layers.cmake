# One static library per layer, made of whatever lies in its folder: a new file needs no edit here.


# clearway_layer(FOLDER USES library...): tool/FOLDER, without the folders below it that are layers themselves,
# becomes the library clearway_FOLDER (slashes become underscores).
function(clearway_layer folder)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "USES")
  string(REPLACE "/" "_" target clearway_${folder})
  set(glob GLOB_RECURSE)
  if(folder MATCHES "^frontend(/cpp)?$")
    set(glob GLOB)
  endif()
  file(${glob} sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tool/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/tool/runtime/llvm/") # a module of its own
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE clearway_warnings)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR}/tool ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} ${scope} ${layer_USES})
endfunction()

# The checks register themselves, so they are objects: an archive would lose those that nobody refers to.
function(clearway_checks)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/checks/*.cpp)
  if(sources)
    add_library(clearway_checks OBJECT ${sources})
    target_link_libraries(clearway_checks PUBLIC clearway_report PRIVATE clearway_warnings)
  else()
    add_library(clearway_checks INTERFACE)
    target_link_libraries(clearway_checks INTERFACE clearway_report)
  endif()
endfunction()

# build/bin/clearway, and the library clearway_everything: all of it but main.cpp, for the tests.
function(clearway_program)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tool/*.cpp ${PROJECT_SOURCE_DIR}/tool/cli/*.cpp)
  list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/tool/main.cpp)
  set(uses clearway_checks clearway_config clearway_cache clearway_runtime clearway_frontend_python clearway_frontend_rust
           clearway_frontend_cpp clearway_frontend_cpp_syntax clearway_embedded CLI11::CLI11 ${CMAKE_DL_LIBS})
  if(sources)
    add_library(clearway_everything STATIC ${sources})
    target_link_libraries(clearway_everything PUBLIC ${uses} PRIVATE clearway_warnings)
  else()
    add_library(clearway_everything INTERFACE)
    target_link_libraries(clearway_everything INTERFACE ${uses})
  endif()
  if(EXISTS ${PROJECT_SOURCE_DIR}/tool/main.cpp)
    add_executable(clearway ${PROJECT_SOURCE_DIR}/tool/main.cpp)
    target_link_libraries(clearway PRIVATE clearway_everything clearway_warnings)
    clearway_link_checks(clearway)
    # The C++ front end's module has to share one table of names with the program: what both define, the
    # dynamic linker binds to the program's.
    set_target_properties(clearway PROPERTIES ENABLE_EXPORTS ON)
    install(TARGETS clearway)
  endif()
endfunction()

# Objects reach only the target that links them directly.
function(clearway_link_checks target)
  get_target_property(type clearway_checks TYPE)
  if(type STREQUAL OBJECT_LIBRARY)
    target_link_libraries(${target} PRIVATE clearway_checks)
  endif()
endfunction()
