// One connection of the chat service, as a coroutine of Asio.
#include "history.h"

#include <asio.hpp>

#include <chrono>
#include <thread>

namespace {

void waitForModel() { std::this_thread::sleep_for(std::chrono::milliseconds(200)); }

std::string answer(const std::string &line) {
  waitForModel();
  return "You said: " + line;
}

} // namespace

asio::awaitable<void> session(asio::ip::tcp::socket socket, History &history) {
  std::string line;
  for (;;) {
    co_await asio::async_read_until(socket, asio::dynamic_buffer(line), '\n', asio::use_awaitable);
    std::lock_guard guard(history.mutex);
    history.lines.push_back(line);
    co_await asio::async_write(socket, asio::buffer(answer(line)), asio::use_awaitable);
  }
}
