#include "inference.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace demo {

using Pair = std::pair<Token, Token>;

static void merge(std::vector<Token> &tokens, Pair pair, Token merged) {
  size_t kept = 0;
  for (size_t at = 0; at < tokens.size(); ++at, ++kept) {
    bool here = at + 1 < tokens.size() && Pair(tokens[at], tokens[at + 1]) == pair;
    tokens[kept] = here ? merged : tokens[at];
    at += here;
  }
  tokens.resize(kept);
}

static Pair most_frequent(const std::vector<Token> &tokens) {
  std::map<Pair, int> counts;
  for (size_t at = 0; at + 1 < tokens.size(); ++at) {
    counts[{tokens[at], tokens[at + 1]}]++;
  }
  return std::max_element(counts.begin(), counts.end(), [](auto &a, auto &b) { return a.second < b.second; })->first;
}

static std::vector<Token> bytes_of(std::string_view text) {
  std::vector<Token> tokens(text.size());
  std::transform(text.begin(), text.end(), tokens.begin(), [](char byte) { return Token(uint8_t(byte)); });
  return tokens;
}

Tokenizer::Tokenizer(std::string_view training_text, size_t merges) {
  for (int byte = 0; byte < 256; ++byte) {
    texts_.emplace_back(1, char(byte));
  }
  std::vector<Token> tokens = bytes_of(training_text);
  while (merges_.size() < merges && tokens.size() > 1) {
    Pair pair = most_frequent(tokens);
    merge(tokens, pair, Token(texts_.size()));
    merges_.push_back(pair);
    texts_.push_back(texts_[pair.first] + texts_[pair.second]);
  }
}

std::vector<Token> Tokenizer::encode(std::string_view text) const {
  std::vector<Token> tokens = bytes_of(text);
  for (size_t rank = 0; rank < merges_.size(); ++rank) {
    merge(tokens, merges_[rank], Token(256 + rank));
  }
  return tokens;
}

static std::vector<float> pseudo_random(size_t count, float scale, uint32_t seed) {
  std::vector<float> values(count);
  for (float &value : values) {
    seed = seed * 1664525u + 1013904223u;
    value = (float(seed >> 8) / float(1u << 23) - 1.0f) * scale;
  }
  return values;
}

Model::Model(size_t vocabulary)
    : embedding_(pseudo_random(vocabulary * width, 1.0f, 1)),
      weights_(pseudo_random(layers * width * width, 1.6f / std::sqrt(float(width)), 2)),
      output_(pseudo_random(vocabulary * width, 1.0f, 3)) {}

Model::State Model::begin() const { return {std::vector<float>(width)}; }

static float dot(const float *left, const float *right, size_t size) {
  float sum = 0;
  for (size_t i = 0; i < size; ++i) {
    sum += left[i] * right[i];
  }
  return sum;
}

Token Model::next_token(State &state, Token last) const {
  for (size_t i = 0; i < width; ++i) {
    state.hidden[i] += embedding_[last * width + i];
  }
  std::vector<float> next(width);
  for (size_t layer = 0; layer < layers; ++layer) {
    for (size_t row = 0; row < width; ++row) {
      next[row] = std::tanh(dot(&weights_[(layer * width + row) * width], state.hidden.data(), width));
    }
    state.hidden.swap(next);
  }
  size_t best = 0;
  float best_score = -INFINITY;
  for (size_t token = 0; token * width < output_.size(); ++token) {
    float score = dot(&output_[token * width], state.hidden.data(), width);
    best = score > best_score ? token : best;
    best_score = std::max(score, best_score);
  }
  return Token(best);
}

} // namespace demo
