# The C++ front end is a module that the command loads when it meets the first C++ file: LLVM's libraries take
# longer to load than a small Python project takes to check.
#
# Clang's CMake package is not used: Debian ships it with the compiler, and it looks for a dozen static libraries.
set(CLEARWAY_LLVM_ROOT /usr/lib/llvm-22 CACHE PATH "Where LLVM 22 and Clang 22 are installed")
find_path(clearway_clang_include clang/AST/AST.h PATHS ${CLEARWAY_LLVM_ROOT}/include NO_DEFAULT_PATH)
find_library(clearway_clang_library NAMES clang-cpp libclang-cpp.so.22.1 PATHS ${CLEARWAY_LLVM_ROOT}/lib NO_DEFAULT_PATH)
find_library(clearway_llvm_library NAMES LLVM libLLVM.so.22.1 PATHS ${CLEARWAY_LLVM_ROOT}/lib NO_DEFAULT_PATH)
mark_as_advanced(clearway_clang_include clearway_clang_library clearway_llvm_library)
if(NOT clearway_clang_include OR NOT clearway_clang_library OR NOT clearway_llvm_library)
  message(FATAL_ERROR "The C++ front end needs Clang 22 below ${CLEARWAY_LLVM_ROOT}. Install libclang-22-dev and llvm-22-dev, "
                      "name another place by -DCLEARWAY_LLVM_ROOT=…, or configure with -DCLEARWAY_CPP_FRONTEND=OFF")
endif()

# What includes clang's headers, for the command's module and for clang-tidy's plugin.
file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tool/frontend/cpp/clang/*.cpp)
add_library(clearway_clang OBJECT ${sources})
target_include_directories(clearway_clang PUBLIC ${PROJECT_SOURCE_DIR}/tool ${PROJECT_SOURCE_DIR})
target_include_directories(clearway_clang SYSTEM PUBLIC ${clearway_clang_include})
target_compile_definitions(clearway_clang PRIVATE CLEARWAY_CLANG_RESOURCE_DIR="${CLEARWAY_LLVM_ROOT}/lib/clang/22")
target_link_libraries(clearway_clang PRIVATE clearway_warnings)

# The module takes of the static libraries what it needs, a third of what the shared ones hold: it starts in a third of
# the time and in half the memory. Shared ones do where there are no static ones.
file(GLOB clearway_clang_archives ${CLEARWAY_LLVM_ROOT}/lib/libclang*.a ${CLEARWAY_LLVM_ROOT}/lib/libLLVM*.a)
find_library(clearway_zlib NAMES z libz.so.1)
find_library(clearway_zstd NAMES zstd libzstd.so.1) # the compression that LLVM's archives refer to
mark_as_advanced(clearway_zlib clearway_zstd)
add_library(clearway_clang_libraries INTERFACE)
if(EXISTS ${CLEARWAY_LLVM_ROOT}/lib/libclangSema.a AND EXISTS ${CLEARWAY_LLVM_ROOT}/lib/libLLVMSupport.a
   AND clearway_zlib AND clearway_zstd)
  set(clearway_clang_is_static ON)
  target_link_libraries(clearway_clang_libraries INTERFACE
    -Wl,--start-group ${clearway_clang_archives} -Wl,--end-group ${clearway_zlib} ${clearway_zstd} Threads::Threads ${CMAKE_DL_LIBS})
  target_link_options(clearway_clang_libraries INTERFACE -Wl,--gc-sections -Wl,--as-needed)
else()
  target_link_libraries(clearway_clang_libraries INTERFACE ${clearway_clang_library} ${clearway_llvm_library})
endif()

# What the module shares with the command - the table of names above all - it takes from the command, whose symbols
# are exported. It exports its entry alone, so that the linker can leave out what that does not reach.
add_library(clearway-cpp MODULE)
target_link_libraries(clearway-cpp PRIVATE clearway_clang clearway_clang_libraries)
set(exports ${PROJECT_SOURCE_DIR}/tool/frontend/cpp/clang/exports.map)
target_link_options(clearway-cpp PRIVATE -Wl,--version-script=${exports})
set_target_properties(clearway-cpp PROPERTIES LINK_DEPENDS ${exports})
# Calls within clang can be led elsewhere only where they are linked here.
if(clearway_clang_is_static)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tool/frontend/cpp/clang/static/*.cpp)
  target_sources(clearway-cpp PRIVATE ${sources})
  target_include_directories(clearway-cpp SYSTEM PRIVATE ${clearway_clang_include})
  target_include_directories(clearway-cpp PRIVATE ${PROJECT_SOURCE_DIR}/tool)
  target_link_libraries(clearway-cpp PRIVATE clearway_warnings)
  foreach(led IN ITEMS
      _ZN5clang4Sema19canSkipFunctionBodyEPNS_4DeclE
      _ZN5clang4Sema23ActOnStartOfFunctionDefEPNS_5ScopeEPNS_4DeclEPNS_12SkipBodyInfoENS0_10FnBodyKindE
      _ZN5clang4Sema23ActOnStartOfFunctionDefEPNS_5ScopeERNS_10DeclaratorEN4llvm15MutableArrayRefIPNS_21TemplateParameterListEEEPNS_12SkipBodyInfoENS0_10FnBodyKindE
      _ZNK5clang19AttributeCommonInfo23tryGetCorrectedAttrNameEN4llvm9StringRefES2_RKNS_10TargetInfoERKNS_11LangOptionsE)
    target_link_options(clearway-cpp PRIVATE -Wl,--wrap=${led})
  endforeach()
endif()
if(TARGET clearway)
  add_dependencies(clearway clearway-cpp)
endif()

# The symbolizer for stalls is a module of its own: a run that reads records needs no clang, one that checks no symbols.
file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tool/runtime/llvm/*.cpp)
add_library(clearway-symbolizer MODULE ${sources})
target_include_directories(clearway-symbolizer PRIVATE ${PROJECT_SOURCE_DIR}/tool)
target_include_directories(clearway-symbolizer SYSTEM PRIVATE ${clearway_clang_include})
target_link_libraries(clearway-symbolizer PRIVATE clearway_clang_libraries clearway_warnings)
set(exports ${PROJECT_SOURCE_DIR}/tool/runtime/llvm/exports.map)
target_link_options(clearway-symbolizer PRIVATE -Wl,--version-script=${exports})
set_target_properties(clearway-symbolizer PROPERTIES LINK_DEPENDS ${exports})
if(TARGET clearway)
  add_dependencies(clearway clearway-symbolizer)
endif()
install(TARGETS clearway-symbolizer LIBRARY DESTINATION lib)
install(TARGETS clearway-cpp LIBRARY DESTINATION lib) # the command looks in ../lib, whatever the distribution

# The plugin brings all it needs but clang, whose libraries are its host's, clang-tidy's.
find_path(clearway_clang_tidy_include clang-tidy/ClangTidyModule.h PATHS ${CLEARWAY_LLVM_ROOT}/include NO_DEFAULT_PATH)
mark_as_advanced(clearway_clang_tidy_include)
if(clearway_clang_tidy_include)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tool/tidy/*.cpp)
  add_library(clearway-tidy MODULE ${sources})
  target_link_libraries(clearway-tidy PRIVATE clearway_clang ${clearway_clang_library} ${clearway_llvm_library} clearway_checks clearway_frontend_cpp clearway_embedded clearway_warnings)
  target_include_directories(clearway-tidy SYSTEM PRIVATE ${clearway_clang_tidy_include}/clang-tidy)
  install(TARGETS clearway-tidy LIBRARY DESTINATION lib)
else()
  message(STATUS "Without clang-tidy's headers (libclang-22-dev has them) its plugin is not built")
endif()
