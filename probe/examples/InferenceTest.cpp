// What such a server promises, as assertions: they fail before the inference is moved beside the loop, and name it, and
// pass after.
#include "RecordingProbe.h"
#include "inference_server.h"

#include <clearway/asio.h>
#include <clearway/gtest.h>

#include <gtest/gtest-spi.h>

#include <chrono>
#include <thread>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

static constexpr uint64_t limit_ns = 50 * ms;

namespace {
// A client with blocking calls, on a thread of its own.
class Client {
public:
  explicit Client(uint16_t port) : socket_(context_) { socket_.connect({asio::ip::address_v4::loopback(), port}); }

  void send(const std::string &line) { asio::write(socket_, asio::buffer(line + "\n")); }
  std::string receive() {
    size_t length = asio::read_until(socket_, asio::dynamic_buffer(received_), '\n');
    std::string line = received_.substr(0, length - 1);
    received_.erase(0, length);
    return line;
  }
  Clock::duration health() {
    auto begin = Clock::now();
    send("HEALTH");
    EXPECT_EQ(receive(), "ok");
    return Clock::now() - begin;
  }

private:
  asio::io_context context_;
  asio::ip::tcp::socket socket_;
  std::string received_;
};

// The server on a loop of its own, watched.
class Served {
public:
  explicit Served(demo::Placement placement)
      : server_(clearway::ProbedExecutor(context_.get_executor()), placement), thread_([this] {
          AttachedLoop loop("inference");
          context_.run();
        }) {}
  ~Served() {
    asio::post(context_, [this] {
      server_.close();
      context_.stop();
    });
    thread_.join();
  }
  demo::InferenceServer &server() { return server_; }

private:
  asio::io_context context_;
  demo::InferenceServer server_;
  std::thread thread_;
};
} // namespace

static std::string prompt_of(size_t bytes) {
  std::string prompt;
  while (prompt.size() < bytes) {
    prompt += "What computes for long belongs on a thread beside the loop. ";
  }
  return prompt.substr(0, bytes);
}

static constexpr int tokens = 80;

static void generate(Client &client) {
  client.send("GENERATE " + std::to_string(tokens) + " " + prompt_of(30'000));
  for (int i = 0; i < tokens; ++i) {
    EXPECT_FALSE(client.receive().empty());
  }
  EXPECT_EQ(client.receive(), "");
}

// The longest that a health check waited while a generation ran.
static Clock::duration worst_health_during_generation(uint16_t port) {
  Client health(port), generating(port);
  health.health();
  std::atomic<bool> done{false};
  std::thread thread([&] {
    generate(generating);
    done = true;
  });
  Clock::duration worst{};
  while (!done) {
    worst = std::max(worst, health.health());
    std::this_thread::sleep_for(1ms);
  }
  thread.join();
  return worst;
}

struct Inference : testing::Test {
  static clearway_config config() {
    clearway_config wanted{};
    wanted.threshold_ns = limit_ns;
    return wanted;
  }
  static clearway_operation_snapshot spans(const char *operation) {
    clearway_operation_snapshot counts{};
    counts.struct_size = sizeof counts;
    clearway_operation_snapshot_of(clearway_operation_of(operation), &counts);
    return counts;
  }
  RecordingProbe probe{config()};
};

TEST_F(Inference, BeforeTheAssertionFailsAndNamesTheCulprit) {
  EXPECT_NONFATAL_FAILURE(
      {
        Served served(demo::Placement::on_loop);
        clearway::NoStall scope(limit_ns);
        Client client(served.server().port());
        generate(client);
      },
      "demo::");
  auto reports = probe.reports();
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports[0].report.cause, CLEARWAY_CAUSE_ON_CPU) << reports[0].text();
  EXPECT_TRUE(reports[0].names("InferenceServer::generate")) << reports[0].text();
}

TEST_F(Inference, BeforeAHealthCheckWaitsForAWholeGenerationAndTheStreamIsNone) {
  Served served(demo::Placement::on_loop);
  EXPECT_GT(worst_health_during_generation(served.server().port()), std::chrono::nanoseconds(limit_ns));
  clearway_operation_snapshot spans = this->spans("generate on the loop");
  EXPECT_GT(spans.first_item.max_ns * 2, spans.duration.max_ns) << "the first token waits for the last";
}

TEST_F(Inference, AfterNoStallAndTheTokensComeOneByOne) {
  {
    Served served(demo::Placement::beside);
    clearway::NoStall scope(limit_ns);
    Client client(served.server().port());
    generate(client);
  }
  clearway_operation_snapshot spans = this->spans("generate beside");
  EXPECT_GE(spans.ended, 1u);
  EXPECT_LT(spans.first_item.max_ns * 2, spans.duration.max_ns) << "the first token does not wait for the last";
}

TEST_F(Inference, AfterAHealthCheckIsAnsweredMeanwhile) {
  Served served(demo::Placement::beside);
  EXPECT_LT(worst_health_during_generation(served.server().port()), 100ms);
}

TEST_F(Inference, AfterSeveralRequestsAtOnceEndAndGiveTheSame) {
  Served served(demo::Placement::beside);
  std::vector<std::thread> clients;
  std::vector<std::string> answers(4);
  for (std::string &answer : answers) {
    clients.emplace_back([&] {
      Client client(served.server().port());
      client.send("GENERATE 20 the same prompt");
      for (std::string line; !(line = client.receive()).empty();) {
        answer += line;
      }
    });
  }
  for (std::thread &client : clients) {
    client.join();
  }
  EXPECT_FALSE(answers[0].empty());
  EXPECT_EQ(std::count(answers.begin(), answers.end(), answers[0]), 4);
}

TEST_F(Inference, AfterADisconnectEndsTheWork) {
  Served served(demo::Placement::beside);
  {
    Client client(served.server().port());
    client.send("GENERATE 100000 a prompt");
    client.receive();
  }
  auto until = Clock::now() + 20s;
  uint64_t computed = 0;
  do { // until a while passes without another token
    computed = served.server().tokens_computed();
    std::this_thread::sleep_for(300ms);
  } while (computed != served.server().tokens_computed() && Clock::now() < until);
  EXPECT_LT(served.server().tokens_computed(), 100'000u);
  EXPECT_EQ(computed, served.server().tokens_computed());
}
