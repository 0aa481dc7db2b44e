// A server that generates text, on Asio, twice: as such servers are often written first, and as they should be.
//
// A line "HEALTH" is answered with "ok", a line "GENERATE COUNT PROMPT" with COUNT lines of one token each (in hexadecimal)
// and an empty one.
#pragma once

#include "inference.h"

#include <asio.hpp>

#include <atomic>
#include <memory>

namespace demo {

enum class Placement {
  on_loop, // tokenizer and model run in the handler; all tokens are sent at the end
  beside   // they run on a thread of their own; each token is sent when it is there, and a disconnect ends the work
};

class InferenceServer {
public:
  // Runs its handlers on `executor`. The port is free to choose for the system.
  InferenceServer(asio::any_io_executor executor, Placement placement);
  ~InferenceServer();

  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  uint64_t tokens_computed() const { return tokens_computed_; } // [any thread]
  void close();

private:
  using Socket = asio::ip::tcp::socket;
  class TokenStream;

  asio::awaitable<void> accept();
  asio::awaitable<void> serve(Socket socket);
  asio::awaitable<void> generate_on_loop(Socket &socket, std::string prompt, size_t count);
  asio::awaitable<void> generate_beside(Socket &socket, std::string prompt, size_t count);
  template <class Sink> void generate(const std::string &prompt, size_t count, Sink sink);

  Tokenizer tokenizer_;
  Model model_;
  Placement placement_;
  asio::ip::tcp::acceptor acceptor_;
  asio::thread_pool worker_{1}; // one: generations would only take the core from each other
  std::atomic<uint64_t> tokens_computed_{0};
};

} // namespace demo
