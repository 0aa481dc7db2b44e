// Inference small enough for a demonstration, and real: a byte-pair tokenizer and a network that computes each token
// from all before it. Deterministic; safe to use from several threads at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace demo {

using Token = uint16_t;

// Byte pairs merged in the order in which they were learned from a text.
class Tokenizer {
public:
  explicit Tokenizer(std::string_view training_text, size_t merges = 200);

  std::vector<Token> encode(std::string_view text) const; // one pass over the text per merge: 100 KB take 20 to 50 ms
  const std::string &decode(Token token) const { return texts_[token]; }
  size_t vocabulary() const { return texts_.size(); }

private:
  std::vector<std::pair<Token, Token>> merges_; // the n-th makes token 256 + n
  std::vector<std::string> texts_;
};

// A recurrent network of dense layers with fixed pseudo-random weights.
class Model {
public:
  explicit Model(size_t vocabulary);

  struct State {
    std::vector<float> hidden;
  };
  State begin() const;
  Token next_token(State &state, Token last) const; // 1 to 3 ms

private:
  static constexpr size_t width = 512, layers = 4;

  std::vector<float> embedding_, weights_, output_;
};

} // namespace demo
