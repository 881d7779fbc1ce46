//! What is asked of a cube.

use serde_json::{Value as Json, json};

pub fn question() -> Json {
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let day = || json!({ "type": "string", "format": "date" });
    let step = json!({
        "type": "object",
        "properties": { "name": { "type": "string" }, "when": { "type": "string" } },
        "required": ["name", "when"],
    });
    json!({
        "type": "object",
        "description": "A question about a cube: what to tell apart, what to measure, of which rows",
        "properties": {
            "name": { "type": "string" },
            "by": texts(),
            "across": texts(),
            "measures": texts(),
            "filter": { "type": "string", "description": "A condition in the expression language" },
            "slice": { "type": "object", "additionalProperties": texts() },
            "from": day(),
            "to": day(),
            "down": { "type": "object", "additionalProperties": { "type": "string" } },
            "up": texts(),
            "totals": { "type": "string", "enum": ["none", "rollup", "cube"] },
            "order_by": { "type": "string" },
            "top": { "type": "integer", "minimum": 1 },
            "top_of": { "type": "string" },
            "through": { "type": "boolean", "description": "The records behind the answer instead of it" },
            "cohort": {
                "type": "object",
                "properties": { "of": { "type": "string" }, "by": { "type": "string" } },
                "required": ["of"],
            },
            "funnel": {
                "type": "object",
                "properties": {
                    "of": { "type": "string" },
                    "steps": { "type": "array", "items": step },
                    "within_days": { "type": "integer", "minimum": 0 },
                },
                "required": ["of", "steps"],
            },
            "limit": { "type": "integer", "minimum": 1 },
        },
        "required": ["name"],
    })
}
