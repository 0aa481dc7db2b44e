#include "inference_server.h"

#include <clearway/probe.h>

#include <cstdio>
#include <deque>
#include <optional>
#include <sstream>

namespace demo {

using asio::use_awaitable;

static constexpr std::string_view training_text =
    "An event loop runs one handler after the other. While a handler computes, nobody else is served: the health check "
    "waits, the other requests wait, the tokens of the other generations wait. What computes for long therefore belongs "
    "on a thread beside the loop, and what it finds out comes back to the loop in small pieces. The loop hands each piece "
    "to its client as soon as it is there, so that the first one does not wait for the last one. When the client goes away, "
    "the thread beside the loop is told, and turns to the next request. ";

// A request as the client sees it: when the first token comes, and what lies between the tokens.
class RequestSpan {
public:
  explicit RequestSpan(const char *operation) : span_(clearway_span_begin(clearway_operation_of(operation))) {}
  ~RequestSpan() { clearway_span_cancel(span_); }
  RequestSpan(const RequestSpan &) = delete;
  RequestSpan &operator=(const RequestSpan &) = delete;
  void token() { clearway_span_item(span_); }
  void end() { clearway_span_end(std::exchange(span_, nullptr)); }

private:
  clearway_span *span_;
};

// Tokens on their way from the worker to the coroutine that sends them.
class InferenceServer::TokenStream : public std::enable_shared_from_this<TokenStream> {
public:
  explicit TokenStream(asio::any_io_executor executor) : arrived_(executor, asio::steady_timer::time_point::max()) {}

  // On the worker; nothing stands for the end. False: nobody wants more.
  bool push(std::optional<std::string> token) {
    asio::post(arrived_.get_executor(), [self = shared_from_this(), token = std::move(token)]() mutable {
      self->tokens_.push_back(std::move(token));
      self->arrived_.cancel();
    });
    return !abandoned_;
  }

  // On the loop.
  asio::awaitable<std::optional<std::string>> next() {
    while (tokens_.empty()) {
      std::error_code cancelled;
      co_await arrived_.async_wait(asio::redirect_error(use_awaitable, cancelled));
    }
    std::optional<std::string> token = std::move(tokens_.front());
    tokens_.pop_front();
    co_return token;
  }
  void abandon() { abandoned_ = true; }

private:
  asio::steady_timer arrived_;
  std::deque<std::optional<std::string>> tokens_;
  std::atomic<bool> abandoned_{false};
};

InferenceServer::InferenceServer(asio::any_io_executor executor, Placement placement)
    : tokenizer_(training_text), model_(tokenizer_.vocabulary()), placement_(placement),
      acceptor_(executor, {asio::ip::address_v4::loopback(), 0}) {
  asio::co_spawn(executor, accept(), asio::detached);
}

InferenceServer::~InferenceServer() { worker_.join(); }

void InferenceServer::close() {
  std::error_code ignored;
  acceptor_.close(ignored);
}

asio::awaitable<void> InferenceServer::accept() {
  for (;;) {
    std::error_code error;
    Socket socket = co_await acceptor_.async_accept(asio::redirect_error(use_awaitable, error));
    if (error) {
      co_return;
    }
    asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> InferenceServer::serve(Socket socket) {
  std::string received, word;
  std::error_code error;
  for (;;) {
    size_t length = co_await asio::async_read_until(socket, asio::dynamic_buffer(received), '\n',
                                                    asio::redirect_error(use_awaitable, error));
    if (error) {
      co_return;
    }
    std::istringstream line(received.substr(0, length));
    received.erase(0, length);
    size_t count = 0;
    if (line >> word && word == "GENERATE" && line >> count) {
      std::string prompt(std::istreambuf_iterator<char>(line), {});
      if (placement_ == Placement::on_loop) {
        co_await generate_on_loop(socket, std::move(prompt), count);
      } else {
        co_await generate_beside(socket, std::move(prompt), count);
      }
    } else {
      std::string answer = word == "HEALTH" ? "ok\n" : "?\n";
      co_await asio::async_write(socket, asio::buffer(answer), asio::redirect_error(use_awaitable, error));
    }
  }
}

static std::string line_of(const std::string &token) {
  std::string line;
  for (unsigned char byte : token) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", byte);
    line += digits;
  }
  return line + "\n";
}

template <class Sink> void InferenceServer::generate(const std::string &prompt, size_t count, Sink sink) {
  std::vector<Token> context = tokenizer_.encode(prompt);
  Model::State state = model_.begin();
  Token token = context.empty() ? Token(0) : context.back();
  for (size_t made = 0; made < count; ++made) {
    token = model_.next_token(state, token);
    tokens_computed_++;
    if (!sink(line_of(tokenizer_.decode(token)))) {
      return;
    }
  }
}

asio::awaitable<void> InferenceServer::generate_on_loop(Socket &socket, std::string prompt, size_t count) {
  RequestSpan span("generate on the loop");
  std::vector<std::string> lines;
  generate(prompt, count, [&](std::string line) { return lines.push_back(std::move(line)), true; });
  lines.push_back("\n");
  std::error_code error;
  for (const std::string &line : lines) {
    co_await asio::async_write(socket, asio::buffer(line), asio::redirect_error(use_awaitable, error));
    if (error) {
      co_return;
    }
    span.token();
  }
  span.end();
}

asio::awaitable<void> InferenceServer::generate_beside(Socket &socket, std::string prompt, size_t count) {
  RequestSpan span("generate beside");
  auto stream = std::make_shared<TokenStream>(socket.get_executor());
  asio::post(worker_, [this, stream, prompt = std::move(prompt), count] {
    generate(prompt, count, [&](std::string line) { return stream->push(std::move(line)); });
    stream->push(std::nullopt);
  });
  std::error_code error;
  while (std::optional<std::string> line = co_await stream->next()) {
    co_await asio::async_write(socket, asio::buffer(*line), asio::redirect_error(use_awaitable, error));
    if (error) {
      stream->abandon();
      co_return;
    }
    span.token();
  }
  co_await asio::async_write(socket, asio::buffer("\n", 1), asio::redirect_error(use_awaitable, error));
  span.end();
}

} // namespace demo
