//! A tree as an SVG picture: boxes from the top down, each as full as its answer.

use std::fmt::Write;

use super::view::TreeView;
use crate::feature::rounded;

const BOX_WIDTH: f64 = 150.0;
const BOX_HEIGHT: f64 = 58.0;
const GAP: f64 = 14.0;
const LEVEL: f64 = 104.0;
/// Characters of a condition that fit into a box.
const FITS: usize = 24;

impl TreeView {
    /// The tree as an SVG document. Colours come from `currentColor`; each box has its full text as a tooltip.
    pub fn svg(&self) -> String {
        let places = self.places();
        let deepest = self.nodes.iter().map(|node| node.depth).max().unwrap_or(0) as f64;
        let width = places.iter().copied().fold(0.0, f64::max) + BOX_WIDTH + GAP;
        let height = deepest * LEVEL + BOX_HEIGHT + 2.0 * GAP;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"12\" \
             text-anchor=\"middle\" fill=\"currentColor\">\n<title>{}</title>\n",
            escaped(&format!("Decision tree with {} nodes", self.nodes.len()))
        );
        for (at, node) in self.nodes.iter().enumerate() {
            for &child in &node.children {
                let (x, y) = (places[at] + BOX_WIDTH / 2.0, self.top(at) + BOX_HEIGHT);
                let (to_x, to_y) = (places[child] + BOX_WIDTH / 2.0, self.top(child));
                let half = (y + to_y) / 2.0;
                line(
                    &mut svg,
                    &format!(
                        "<path d=\"M{x} {y}C{x} {half} {to_x} {half} {to_x} {to_y}\" fill=\"none\" stroke=\"currentColor\" \
                     stroke-opacity=\".35\"/>"
                    ),
                );
            }
        }
        (0..self.nodes.len()).for_each(|at| self.draw_box(at, places[at], &mut svg));
        svg.push_str("</svg>\n");
        svg
    }

    fn top(&self, at: usize) -> f64 {
        GAP + self.nodes[at].depth as f64 * LEVEL
    }

    /// Left edge of each box: leaves side by side, parents in the middle above them.
    fn places(&self) -> Vec<f64> {
        let mut places = vec![0.0; self.nodes.len()];
        self.place(0, &mut GAP.clone(), &mut places);
        places
    }

    fn place(&self, at: usize, next: &mut f64, places: &mut [f64]) {
        let children = &self.nodes[at].children;
        for &child in children {
            self.place(child, next, places);
        }
        match (children.first(), children.last()) {
            (Some(&first), Some(&last)) => places[at] = 0.5 * (places[first] + places[last]),
            _ => {
                places[at] = *next;
                *next += BOX_WIDTH + GAP;
            }
        }
    }

    fn draw_box(&self, at: usize, x: f64, svg: &mut String) {
        let (y, middle) = (self.top(at), x + BOX_WIDTH / 2.0);
        let (title, answer) = (self.title(at), self.answer(at));
        let rows = format!("{} rows", rounded(self.nodes[at].rows));
        let (low, high) = self.range();
        let full = if high > low { (self.nodes[at].answer - low) / (high - low) } else { 0.0 };
        line(svg, &format!("<g><title>{}</title>", escaped(&format!("{title}: {answer}, {rows}"))));
        line(
            svg,
            &format!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"6\" \
             fill-opacity=\"{:.3}\" stroke=\"currentColor\" stroke-opacity=\".5\"/>",
                0.03 + 0.22 * full
            ),
        );
        let short = match title.char_indices().nth(FITS) {
            Some((end, _)) => format!("{}…", &title[..end]),
            None => title,
        };
        for (text, down, extra) in [
            (short, 17.0, ""),
            (answer, 36.0, " font-size=\"15\" font-weight=\"600\""),
            (rows, 51.0, " fill-opacity=\".7\" font-size=\"11\""),
        ] {
            line(svg, &format!("<text x=\"{middle}\" y=\"{}\"{extra}>{}</text>", y + down, escaped(&text)));
        }
        line(svg, "</g>");
    }

    /// Least and largest answer of the tree.
    fn range(&self) -> (f64, f64) {
        let answers = self.nodes.iter().map(|node| node.answer);
        answers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), answer| {
            (low.min(answer), high.max(answer))
        })
    }
}

fn line(svg: &mut String, text: &str) {
    writeln!(svg, "{text}").expect("writing to a string does not fail");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
