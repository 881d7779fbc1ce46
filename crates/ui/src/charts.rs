//! Figures at a glance: tiles, sparklines, bars. Drawn as SVG with attributes only, for the strict policy.

use std::fmt::Write as _;

use i18n::Reader;
use maud::{Markup, html};

use crate::{icon::icon, tone::Tone};

/// A figure with its name, and how it moved.
#[derive(Clone, Debug, Default)]
pub struct Stat {
    pub label: String,
    pub value: String,
    /// Compared with before: "+12 % since last month".
    pub change: Option<(Trend, String)>,
    pub href: Option<String>,
    /// The last values, oldest first.
    pub history: Vec<f64>,
    pub icon: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// It rose, which is good.
    Better,
    /// It fell or rose, which is bad.
    Worse,
    Same,
}

impl Stat {
    pub fn render(&self, _reader: &Reader) -> Markup {
        let body = html! {
            p class="stat-label" { @if let Some(name) = &self.icon { (icon(name)) } (self.label) }
            p class="stat-value" { (self.value) }
            @if let Some((trend, text)) = &self.change {
                @let (class, sign) = match trend { Trend::Better => ("stat-change better", "trending-up"), Trend::Worse => ("stat-change worse", "trending-down"), Trend::Same => ("stat-change", "minus") };
                p class=(class) { (icon(sign)) (text) }
            }
            @if self.history.len() > 1 { (sparkline(&self.history)) }
        };
        html! {
            @if let Some(href) = &self.href { a class="stat" href=(href) { (body) } } @else { div class="stat" { (body) } }
        }
    }
}

/// Tiles beside each other.
pub fn stats(reader: &Reader, stats: &[Stat]) -> Markup {
    html! { div class="stats" { @for stat in stats { (stat.render(reader)) } } }
}

/// A line without axes; the figures beside it say what matters.
pub fn sparkline(values: &[f64]) -> Markup {
    let (low, high) = bounds(values);
    let step = 100.0 / (values.len().max(2) - 1) as f64;
    let mut line = String::new();
    for (place, value) in values.iter().enumerate() {
        let height = 26.0 - 22.0 * (value - low) / (high - low);
        let _ =
            write!(line, "{}{:.1} {:.1}", if place == 0 { "M" } else { "L" }, step * place as f64, height);
    }
    html! {
        svg class="sparkline" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true" {
            path class="sparkline-area" d={ (line) "L100 28L0 28Z" } {}
            path class="sparkline-line" d=(line) {}
        }
    }
}

fn bounds(values: &[f64]) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if high > low { (low, high) } else { (low - 1.0, low + 1.0) }
}

/// A bar with its name and its figure.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    pub label: String,
    pub value: f64,
    /// The figure as shown.
    pub shown: String,
    pub tone: Tone,
    pub href: Option<String>,
}

/// Bars below each other, the longest across: a funnel, amounts by person. A table to those who do not see it.
pub fn bars(label: &str, bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    html! {
        table class="bars" aria-label=(label) {
            tbody {
                @for bar in bars {
                    @let share = if most > 0.0 { (bar.value / most * 100.0).clamp(0.0, 100.0) } else { 0.0 };
                    tr {
                        th scope="row" {
                            @if let Some(href) = &bar.href { a class="quiet-link" href=(href) { (bar.label) } } @else { (bar.label) }
                        }
                        td class="bar-cell" aria-hidden="true" {
                            svg class={ "bar-shape " (bar.tone.class()) } width="100%"
                                height="8" { rect width={ (format!("{share:.1}")) "%" } height="8" rx="4" {} }
                        }
                        td class="numeric" { (bar.shown) }
                    }
                }
            }
        }
    }
}
