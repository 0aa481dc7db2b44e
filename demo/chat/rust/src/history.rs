//! What was said, in memory and on disk.
use std::sync::Mutex;

#[derive(Default)]
pub struct History {
    lines: Mutex<Vec<String>>,
}

impl History {
    pub fn remember(&self, line: &str) {
        let mut lines = self.lines.lock().unwrap();
        lines.push(line.to_owned());
        self.save(&lines);
    }

    fn save(&self, lines: &[String]) {
        std::fs::write("history.txt", lines.join("\n")).expect("the history is written");
    }
}
