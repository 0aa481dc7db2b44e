// Words that need no catalogue: Python's built-in names, its standard modules, and method names that say
// nothing about the object they are called on.
#include "frontend/python/SemanticsKnowledge.h"

#include <unordered_set>

namespace clearway::python {
namespace {

using Words = std::unordered_set<std::string_view>;

constexpr std::string_view kBuiltins = R"(
ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError
ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning
EnvironmentError Exception ExceptionGroup False FileExistsError FileNotFoundError FloatingPointError
FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError InterruptedError
IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError None
NotADirectoryError NotImplemented NotImplementedError OSError OverflowError PendingDeprecationWarning
PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError ResourceWarning
RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError
SystemExit TabError TimeoutError True TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError
UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning WindowsError
ZeroDivisionError __build_class__ __doc__ __file__ __import__ __name__ __package__ __path__ __spec__ abs
aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex
copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr
globals hasattr hash help hex id input int isinstance issubclass iter len license list locals map max
memoryview min next object oct open ord pow print property quit range repr reversed round set setattr slice
sorted staticmethod str sum super tuple type vars zip
)";

constexpr std::string_view kStandardModules = R"(
abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections
colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes
curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno
faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass
gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io
ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math
mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers
opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib
poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri
random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil
signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl
stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile
telnetlib tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace
traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings
wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
)";

constexpr std::string_view kCommonMethods = R"(
absolute aclose acquire add addFilter addHandler add_done_callback add_note ainvoke all anchor append
appendleft apply args as_dict as_integer_ratio as_posix as_uri astimezone batch begin bit_count bit_length
buffer build c_contiguous call callHandlers callback cancel capitalize casefold cast center check chmod
cleanup clear clone close closed combine commit communicate compile compute configure conjugate connect
content contiguous copy count cpu create critical ctime cuda cursor cwd daemon data date day days debug
decode default_factory delete deleter denominator dequeue deserialize detach dict difference
difference_update discard disconnect dispatch done download drive dst dump dumps elements emit empty encode
encoding end endpos endswith enqueue enter error errors eval evaluate exception execute executemany exists
exit expand expandtabs expanduser extend extendleft f_contiguous fatal fdel fetch fetchall fetchmany
fetchone fget fileno filter finalize find findCaller findall finditer first fit flags flush fold format
format_map forward from_bytes from_dict from_json fromhex fromisocalendar fromisoformat fromkeys fromordinal
fromtimestamp fset full fullmatch generate get getChild getEffectiveLevel getName get_config get_name
get_nowait get_or_create get_state get_value getbuffer getter getvalue glob group groupdict groupindex
groups handle hardlink_to hasHandlers head hex home hour id ident imag index info init initialize insert
intersection intersection_update invoke isDaemon isEnabledFor is_absolute is_alive is_block_device
is_char_device is_dir is_fifo is_file is_integer is_mount is_relative_to is_reserved is_set is_socket
is_symlink isalnum isalpha isascii isatty isdecimal isdigit isdisjoint isidentifier islower isnumeric
isocalendar isoformat isoweekday isprintable isspace issubset issuperset istitle isupper item items itemsize
iterdir join joinpath json keys kill lastgroup lastindex lchmod line_buffering link_to list ljust load loads
log login logout lookup lower lstat lstrip main makeRecord maketrans manager map match max maxlen merge
microsecond microseconds min minute mkdir model_dump month most_common move_to_end name native_id nbytes
ndim newlines next notify notify_all notify_one now numerator numpy obj on_error on_event on_message one
open options owner parent parents parse partition parts patch pattern peek ping poll pop popitem popleft pos
post predict print process publish pull push put put_nowait qsize query raise_for_status re read read1
read_all read_bytes read_text readable readinto readinto1 readline readlines readlink readonly real receive
reconfigure recv refresh register regs relative_to release remove removeFilter removeHandler removeprefix
removesuffix rename render replace request reset resolution resolve result reverse rfind rglob rindex rjust
rmdir rollback root rotate rpartition rsplit rstrip run samefile sample save scanner schedule score search
second seconds seek seekable send serialize setDaemon setLevel setName set_exception set_name set_result
set_state set_value setdefault setter setup shape show shutdown size sort span split splitlines start
startswith stat status stem step stop stream strftime strides string strip strptime sub submit subn
suboffsets subscribe subtract suffix suffixes swapcase symlink_to symmetric_difference
symmetric_difference_update task_done teardown tell terminate test text tick time timestamp timetuple timetz
title to to_bytes to_dict to_json tobytes today tokenize tolist toordinal toreadonly total total_seconds
touch train transform translate trigger truncate tzinfo tzname union unlink unregister unsubscribe update
upload upper utcfromtimestamp utcnow utcoffset utctimetuple validate value values wait warn warning weekday
with_name with_stem with_suffix with_traceback writable write write_all write_bytes write_text write_through
writelines year zfill
)";

Words split(std::string_view text) {
  Words words;
  while (true) {
    const size_t begin = text.find_first_not_of(" \n");
    if (begin == std::string_view::npos)
      return words;
    const size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    words.insert(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
}

} // namespace

bool isBuiltin(std::string_view name) {
  static const Words words = split(kBuiltins);
  return words.contains(name);
}

bool isStandardModule(std::string_view name) {
  static const Words words = split(kStandardModules);
  return words.contains(name);
}

bool isCommonMethod(std::string_view name) {
  static const Words words = split(kCommonMethods);
  return name.starts_with("__") || words.contains(name);
}

} // namespace clearway::python
