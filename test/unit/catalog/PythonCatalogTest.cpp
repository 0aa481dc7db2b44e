// The Python catalogue: what each family of APIs does, and what must never be taken for it.
#include "catalog/Catalog.h"
#include "catalog/Snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clearway::catalog {
namespace {

const Catalog &python() {
  static constexpr facts::Language kPython[] = {facts::Language::Python};
  static const Catalog catalog = Catalog::embedded(kPython);
  return catalog;
}

const Entry *find(std::string_view name) { return python().find(facts::Language::Python, Name(name)); }

EffectKind effectOf(std::string_view name) {
  const Entry *entry = find(name);
  return entry ? entry->effect : EffectKind::None;
}

struct Blocking {
  EffectKind effect;
  std::vector<const char *> names;
};

TEST(PythonCatalog, EveryFamilyBlocks) {
  using enum EffectKind;
  const Blocking families[] = {
      {Sleep, {"time.sleep", "psutil.cpu_percent", "tenacity.nap.sleep"}},
      {Stdio, {"input", "print", "getpass.getpass"}},
      {Wait, {"select.select", "select.poll.poll", "select.epoll.poll", "selectors.DefaultSelector.select", "threading.Event.wait",
              "threading.Condition.wait", "threading.Barrier.wait"}},
      {FileIo, {"open", "io.open", "io.TextIOWrapper.read", "io.BufferedWriter.write", "pathlib.Path.read_text",
                "pathlib.PosixPath.write_bytes", "pathlib.Path.mkdir", "pathlib.Path.stat", "pathlib.Path.iterdir", "pathlib.Path.glob",
                "os.stat", "os.listdir", "os.scandir", "os.walk", "os.makedirs", "os.rename", "os.remove", "os.fsync", "os.path.exists",
                "shutil.copytree", "shutil.rmtree", "tempfile.NamedTemporaryFile", "tempfile.mkdtemp", "glob.glob",
                "ssl.SSLContext.load_cert_chain", "tempfile.NamedTemporaryFile.read", "torch.load", "pandas.read_csv", "numpy.load",
                "transformers.AutoTokenizer.from_pretrained"}},
      {Process, {"subprocess.run", "subprocess.check_output", "subprocess.Popen", "subprocess.Popen.wait",
                 "subprocess.Popen.communicate", "os.system", "os.popen", "os.spawnv", "os.waitpid", "os.posix_spawn",
                 "git.Repo.clone_from", "git.Repo.untracked_files"}},
      {Http, {"requests.get", "requests.Session.post", "requests.sessions.Session.request", "urllib.request.urlopen",
              "urllib3.PoolManager.request", "http.client.HTTPSConnection.getresponse", "httpx.get", "httpx.Client.post",
              "openai.OpenAI.chat.completions.create", "anthropic.Anthropic.messages.create", "botocore.client.BaseClient.put_object",
              "kubernetes.client.CoreV1Api.list_namespaced_pod", "docker.DockerClient.containers.run"}},
      {NetIo, {"socket.socket.connect", "socket.socket.recv", "socket.socket.sendall", "socket.socket.accept", "socket.create_connection",
               "smtplib.SMTP.sendmail", "ftplib.FTP.retrbinary", "paramiko.SSHClient.exec_command", "zmq.Socket.recv",
               "kafka.KafkaConsumer.poll", "pika.BlockingConnection.process_data_events"}},
      {Dns, {"socket.getaddrinfo", "socket.gethostbyname", "dns.resolver.resolve"}},
      {Database, {"sqlite3.connect", "sqlite3.Connection.execute", "sqlite3.Cursor.fetchall", "psycopg2.connect",
                  "psycopg2.extensions.cursor.execute", "psycopg.connect", "pymysql.connect", "redis.Redis.get",
                  "redis.client.Redis.hgetall", "pymongo.collection.Collection.find_one", "sqlalchemy.orm.Session.commit",
                  "sqlalchemy.orm.Query.all", "sqlalchemy.engine.Engine.connect", "django.db.models.QuerySet.get"}},
      {Lock, {"threading.Lock.acquire", "threading.RLock.__enter__", "threading.Semaphore.acquire", "multiprocessing.synchronize.Lock.acquire",
              "filelock.FileLock.acquire"}},
      {Join, {"threading.Thread.join", "multiprocessing.Process.join", "concurrent.futures.ThreadPoolExecutor.__exit__",
              "concurrent.futures.ProcessPoolExecutor.shutdown"}},
      {Channel, {"queue.Queue.get", "queue.Queue.put", "queue.Queue.join", "queue.SimpleQueue.get",
                 "multiprocessing.connection.Connection.recv"}},
      {Future, {"concurrent.futures.Future.result", "concurrent.futures.wait", "concurrent.futures.as_completed",
                "concurrent.futures.ThreadPoolExecutor.map", "multiprocessing.pool.Pool.map", "celery.result.AsyncResult.get",
                "anyio.from_thread.run", "ray.get"}},
      {Bridge, {"asyncio.run", "asyncio.Runner.run", "asyncio.AbstractEventLoop.run_until_complete",
                "asyncio.AbstractEventLoop.run_forever", "nest_asyncio.apply", "asgiref.sync.AsyncToSync.__call__", "anyio.run",
                "trio.run", "uvloop.run"}},
      {Cpu, {"transformers.PreTrainedTokenizerBase.encode", "transformers.PreTrainedTokenizerFast.__call__",
             "transformers.PreTrainedTokenizer.apply_chat_template", "transformers.PreTrainedModel.generate",
             "mistral_common.tokens.tokenizers.mistral.MistralTokenizer.encode_chat_completion",
             "sentence_transformers.SentenceTransformer.encode", "whisper.Whisper.transcribe", "faster_whisper.WhisperModel.transcribe",
             "PIL.Image.Image.convert", "PIL.Image.Image.load", "json.loads", "pickle.dumps", "zlib.compress", "gzip.decompress",
             "bcrypt.hashpw", "hashlib.scrypt", "hashlib.pbkdf2_hmac", "vllm.LLM.generate", "llama_cpp.Llama.create_chat_completion",
             "onnxruntime.InferenceSession.run"}},
      {Device, {"torch.Tensor.item", "torch.Tensor.cpu", "torch.Tensor.tolist", "torch.Tensor.numpy", "torch.cuda.synchronize",
                "torch.cuda.Stream.synchronize", "torch.cuda.Event.synchronize"}},
  };
  for (const Blocking &family : families)
    for (const char *name : family.names)
      EXPECT_EQ(effectOf(name), family.effect) << name;
}

TEST(PythonCatalog, WhatOnlyLooksLikeItDoesNot) {
  for (const char *name :
       {"str.encode", "str.join", "bytes.decode", "dict.get", "list.index", "set.add", "asyncio.Queue.get", "asyncio.Queue.join",
        "asyncio.Lock.acquire", "asyncio.Event.wait", "asyncio.Future.result", "asyncio.Task.result", "asyncio.Condition.wait",
        "asyncio.StreamReader.read", "asyncio.StreamWriter.write", "asyncio.subprocess.Process.wait", "asyncio.sleep",
        "asyncio.subprocess.Process.communicate", "anyio.Lock.acquire", "anyio.Event.wait", "trio.Event.wait", "anyio.Path.read_text",
        "aiofiles.open", "anyio.AsyncFile.read", "httpx.AsyncClient.get", "aiohttp.ClientSession.get", "redis.asyncio.Redis.get",
        "redis.client.Pipeline.set", "motor.motor_asyncio.AsyncIOMotorCollection.find_one", "pymongo.AsyncMongoClient.server_info",
        "aiosqlite.connect", "asyncpg.Connection.fetch", "psycopg.AsyncConnection.execute", "openai.AsyncOpenAI.chat.completions.create",
        "sqlalchemy.ext.asyncio.AsyncSession.execute", "sqlalchemy.engine.Result.all", "sqlalchemy.orm.Query.filter",
        "io.BytesIO.read", "io.StringIO.write", "queue.Queue.get_nowait", "queue.Queue.task_done", "threading.Event.set",
        "threading.Lock.release", "pathlib.Path.name", "pathlib.PurePath.joinpath", "os.path.join", "os.getcwd", "time.time",
        "time.monotonic", "re.Pattern.search", "requests.Session", "requests.Response.json", "logging.Logger.info",
        "zmq.asyncio.Socket.recv", "concurrent.futures.Future.done", "concurrent.futures.ThreadPoolExecutor.submit",
        "subprocess.Popen.poll", "numpy.ndarray.tolist", "torch.Tensor.view", "torch.zeros", "pandas.DataFrame.to_dict",
        "datetime.datetime.now", "boto3.resource.Bucket", "botocore.client.BaseClient.generate_presigned_url", "ssl.SSLObject.read"})
    EXPECT_EQ(effectOf(name), EffectKind::None) << name;
}

TEST(PythonCatalog, ConditionsOfTheUsualEscapes) {
  const auto has = [](const char *name, ConditionKind kind, std::string_view value, ConditionSubject subject = ConditionSubject::Call) {
    const Entry *entry = find(name);
    return entry && std::any_of(entry->conditions.begin(), entry->conditions.end(), [&](const Condition &c) {
             return c.kind == kind && c.value.view() == value && c.subject == subject;
           });
  };
  using enum ConditionKind;
  EXPECT_TRUE(has("threading.Lock.acquire", ArgumentEquals, "False"));
  EXPECT_TRUE(has("threading.Lock.acquire", ArgumentEquals, "0"));
  EXPECT_TRUE(has("queue.Queue.get", ArgumentEquals, "False"));
  EXPECT_TRUE(has("queue.Queue.put", ArgumentDiffers, "0", ConditionSubject::Construction));
  EXPECT_TRUE(has("socket.socket.recv", ArgumentEquals, "False|0", ConditionSubject::Configuration));
  EXPECT_TRUE(has("os.spawnv", ArgumentContains, "P_NOWAIT"));
  EXPECT_TRUE(has("concurrent.futures.ThreadPoolExecutor.shutdown", ArgumentEquals, "False"));
  EXPECT_TRUE(has("select.select", ArgumentEquals, "0"));
}

TEST(PythonCatalog, BoundariesAndContexts) {
  struct {
    const char *name;
    int position;
    ExecutionContext context;
  } const cases[] = {
      {"asyncio.to_thread", 0, ExecutionContext::BlockingPool},
      {"asyncio.AbstractEventLoop.run_in_executor", 1, ExecutionContext::BlockingPool},
      {"anyio.to_thread.run_sync", 0, ExecutionContext::BlockingPool},
      {"anyio.to_process.run_sync", 0, ExecutionContext::BlockingPool},
      {"trio.to_thread.run_sync", 0, ExecutionContext::BlockingPool},
      {"starlette.concurrency.run_in_threadpool", 0, ExecutionContext::BlockingPool},
      {"starlette.concurrency.iterate_in_threadpool", 0, ExecutionContext::BlockingPool},
      {"asgiref.sync.sync_to_async", 0, ExecutionContext::BlockingPool},
      {"concurrent.futures.ThreadPoolExecutor.submit", 0, ExecutionContext::BlockingPool},
      {"threading.Thread", 1, ExecutionContext::NewThread},
      {"multiprocessing.Process", 1, ExecutionContext::NewThread},
      {"homeassistant.core.HomeAssistant.async_add_executor_job", 0, ExecutionContext::BlockingPool},
      {"asyncio.AbstractEventLoop.call_soon", 0, ExecutionContext::EventLoop},
      {"asyncio.AbstractEventLoop.call_later", 1, ExecutionContext::EventLoop},
      {"asyncio.AbstractEventLoop.add_reader", 1, ExecutionContext::EventLoop},
      {"asyncio.AbstractEventLoop.add_signal_handler", 1, ExecutionContext::EventLoop},
      {"asyncio.Task.add_done_callback", 0, ExecutionContext::EventLoop},
      {"concurrent.futures.Future.add_done_callback", 0, ExecutionContext::Worker},
  };
  for (const auto &c : cases) {
    const Entry *entry = find(c.name);
    ASSERT_TRUE(entry && !entry->runs.empty()) << c.name;
    EXPECT_EQ(entry->runs[0].argument.position, c.position) << c.name;
    EXPECT_EQ(entry->runs[0].context, c.context) << c.name;
    EXPECT_EQ(entry->runs[0].asyncIsBug,
              c.context == ExecutionContext::BlockingPool || c.context == ExecutionContext::NewThread)
        << c.name;
  }
  EXPECT_EQ(find("fastapi.FastAPI.get")->membersRunIn, ExecutionContext::BlockingPool);
  EXPECT_EQ(find("asyncio.Protocol")->membersRunIn, ExecutionContext::EventLoop);
  EXPECT_EQ(find("tornado.web.RequestHandler")->membersRunIn, ExecutionContext::EventLoop);
  EXPECT_FALSE(find("fastapi.Depends")->runs[0].asyncIsBug);
}

TEST(PythonCatalog, LocksKnowWhatTheyAre) {
  for (const char *name : {"threading.Lock", "threading.Condition", "multiprocessing.synchronize.Lock", "filelock.FileLock"})
    EXPECT_EQ(find(name)->lock, LockKind::ThreadBlocking) << name;
  for (const char *name : {"asyncio.Lock", "asyncio.Semaphore", "anyio.Lock", "trio.Lock", "redis.asyncio.lock.Lock"})
    EXPECT_EQ(find(name)->lock, LockKind::AsyncAware) << name;
  EXPECT_TRUE(find("threading.Lock.__enter__")->acquires && find("threading.Lock.__exit__")->releases);
}

TEST(PythonCatalog, TasksAndAwaitables) {
  EXPECT_TRUE(find("asyncio.create_task")->spawnsTask && find("asyncio.ensure_future")->spawnsTask);
  EXPECT_FALSE(find("asyncio.TaskGroup.create_task")->spawnsTask);
  EXPECT_TRUE(find("asyncio.gather")->keepsTasks && find("asyncio.TaskGroup.create_task")->keepsTasks);
  EXPECT_TRUE(find("asyncio.wait_for")->givesTimeout && find("asyncio.timeout")->givesTimeout);
  EXPECT_TRUE(find("asyncio.Queue.get")->repliesLater && find("asyncio.sleep")->suspends);
  EXPECT_FALSE(find("asyncio.sleep")->repliesLater);
}

TEST(PythonCatalog, WeightsTellLookingFromReadingFromWalking) {
  for (const char *name : {"os.stat", "os.makedirs", "os.path.exists", "pathlib.Path.mkdir", "tempfile.SpooledTemporaryFile.write", "print",
                           "json.loads", "zlib.compress"})
    EXPECT_EQ(find(name)->weight, Weight::Low) << name;
  for (const char *name : {"open", "io.TextIOWrapper.read", "pathlib.Path.read_text", "transformers.PreTrainedTokenizer.encode"})
    EXPECT_EQ(find(name)->weight, Weight::Middle) << name;
  for (const char *name : {"os.walk", "shutil.rmtree", "glob.glob", "socket.getaddrinfo", "subprocess.run", "requests.get",
                           "redis.Redis.get", "bcrypt.hashpw", "whisper.Whisper.transcribe", "time.sleep"})
    EXPECT_EQ(find(name)->weight, Weight::High) << name;
}

TEST(PythonCatalog, TypesFlow) {
  EXPECT_EQ(find("requests.session")->returns.view(), "requests.Session");
  EXPECT_EQ(find("pathlib.Path.iterdir")->yields.view(), "pathlib.Path");
  EXPECT_EQ(find("open")->returns.view(), "io.TextIOWrapper");
  EXPECT_EQ(find("boto3.client")->returns.view(), "botocore.client.BaseClient");
  EXPECT_EQ(find("str.encode")->returns.view(), "bytes");
  EXPECT_TRUE(find("git.Repo.untracked_files")->isProperty);
}

TEST(PythonCatalog, EveryBlockingEntrySaysWhereThatIsWrittenDown) {
  for (const Entry &entry : python().entries())
    EXPECT_TRUE(entry.provenance.view().starts_with("http")) << entry.file.view() << ":" << entry.line;
}

TEST(Snapshot, KeepsEverything) {
  Catalog catalog;
  ASSERT_TRUE(catalog.add("a.yaml", R"(
language: rust
source: https://example.org
calls:
  "m::{f,g}": {effect: wait, weight: low, only_if: "called set with 1/x != 0", runs: {0: {context: worker, runtime: r, only_if: "0 is m::T"}}, use_instead: {any: x, tokio: y}, note: n}
types:
  m::G: {guard: true, guards: 1/lock, lock: async, bases: "m::A m::B"}
)").empty());
  const std::string bytes = writeSnapshot(catalog.entries());
  const auto entries = readSnapshot(bytes);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(writeSnapshot(entries), bytes);
  EXPECT_EQ(entries[1].name.view(), "m::g");
  EXPECT_EQ(entries[1].conditions.at(0).method.view(), "set");
  EXPECT_EQ(entries[1].runs.at(0).conditions.at(0).value.view(), "m::T");
  EXPECT_EQ(entries[1].useInstead.at(1).framework.view(), "tokio");
  EXPECT_EQ(entries[2].bases.size(), 2u);
  EXPECT_EQ(entries[2].guardedLock.keyword.view(), "lock");
}

TEST(Snapshot, AnEmptyOneHasNoEntries) { EXPECT_TRUE(readSnapshot(writeSnapshot({})).empty()); }

} // namespace
} // namespace clearway::catalog
