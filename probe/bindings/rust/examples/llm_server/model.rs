//! A small language model that does what a large one does: a real tokenizer, causal attention over the context, a feed-forward
//! layer, and one product with the whole vocabulary per token. Its weights are drawn, not trained, so it writes nonsense.
use std::sync::atomic::{AtomicUsize, Ordering};
use tiktoken_rs::CoreBPE;

const WIDTH: usize = 24;
const VOCABULARY: usize = 50_257;

/// One backend. Generating takes it exclusively, as its key-value cache does in a real one.
pub struct Model {
    tokenizer: CoreBPE,
    embedding: Vec<f32>, // VOCABULARY rows, of the input and of the output
    query: Vec<f32>,
    up: Vec<f32>,
}

/// Tokens made by all models of the process.
pub static TOKENS_MADE: AtomicUsize = AtomicUsize::new(0);

/// Numbers between -1 and 1, the same each time.
fn weights(count: usize, mut seed: u64) -> Vec<f32> {
    let draw = |_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 40) as f32 / (1 << 23) as f32) - 1.0
    };
    (0..count).map(draw).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn times(matrix: &[f32], vector: &[f32]) -> Vec<f32> {
    matrix.chunks_exact(vector.len()).map(|row| dot(row, vector)).collect()
}

impl Model {
    /// Reads the tokenizer and draws the weights.
    pub fn load() -> Model {
        Model {
            tokenizer: tiktoken_rs::r50k_base().expect("the vocabulary is a part of the tokenizer's crate"),
            embedding: weights(VOCABULARY * WIDTH, 1),
            query: weights(WIDTH * WIDTH, 2),
            up: weights(WIDTH * WIDTH, 3),
        }
    }

    /// Writes `length` tokens and hands each to `emit` as text, until that says false.
    pub fn generate(&self, prompt: &str, length: usize, mut emit: impl FnMut(String) -> bool) {
        let mut context = self.tokenizer.encode_ordinary(prompt);
        for _ in 0..length {
            let token = self.next_token(&context);
            context.push(token);
            TOKENS_MADE.fetch_add(1, Ordering::Relaxed);
            let text = self.tokenizer.decode_bytes(&[token]).expect("a token of the vocabulary");
            if !emit(String::from_utf8_lossy(&text).into_owned()) {
                return;
            }
        }
    }

    fn embedded(&self, token: u32) -> &[f32] {
        &self.embedding[token as usize * WIDTH..][..WIDTH]
    }

    fn next_token(&self, context: &[u32]) -> u32 {
        let attended = self.attend(context);
        let hidden: Vec<f32> = times(&self.up, &attended).iter().map(|value| value.tanh()).collect();
        let scores = times(&self.embedding, &hidden);
        // What was said lately is left out, or it would repeat itself.
        let recent = &context[context.len().saturating_sub(64)..];
        let best = (0..VOCABULARY as u32 - 1).filter(|token| !recent.contains(token));
        best.max_by(|a, b| scores[*a as usize].total_cmp(&scores[*b as usize])).unwrap_or(0)
    }

    /// The context, weighted by its likeness to its last token.
    fn attend(&self, context: &[u32]) -> Vec<f32> {
        let Some(last) = context.last() else { return vec![0.1; WIDTH] };
        let query = times(&self.query, self.embedded(*last));
        let likeness: Vec<f32> =
            context.iter().map(|token| dot(&query, self.embedded(*token)).clamp(-8.0, 8.0).exp()).collect();
        let total: f32 = likeness.iter().sum();
        let mut attended = vec![0.0; WIDTH];
        for (token, weight) in context.iter().zip(&likeness) {
            for (sum, value) in attended.iter_mut().zip(self.embedded(*token)) {
                *sum += value * weight / total;
            }
        }
        attended
    }
}
