//! Calls of functions.

use kernel::Message;

use super::{
    Checker, Typed,
    adapt::{day_of, numeric, printed, start_of_day},
    money,
};
use crate::{
    Span,
    functions::{self, Function, Parameter, Returns, Signature},
    node::Node,
    problem::with_nearest,
    syntax::{Expr, Name},
    types::Type,
};

impl Checker<'_> {
    pub(super) fn call(&mut self, name: &Name, args: &[Expr], span: Span) -> Option<Typed> {
        let Some(function) = Function::named(&name.text) else {
            args.iter().for_each(|arg| {
                self.expr(arg);
            });
            let names = functions::all().map(|function| function.name);
            let ids = ("expr-unknown-function", "expr-unknown-function-nearest");
            return self.fail(name.span, with_nearest(ids, &name.text, names));
        };
        let typed: Vec<Option<Typed>> = args.iter().map(|arg| self.expr(arg)).collect();
        let typed: Vec<Typed> = typed.into_iter().collect::<Option<_>>()?;
        let fitting: Vec<&Signature> =
            function.signatures.iter().filter(|signature| takes(signature, typed.len())).collect();
        let Some((last, others)) = fitting.split_last() else {
            return self.fail(span, count_message(function, typed.len()));
        };
        for signature in others {
            // Another signature may fit; only the last one's problems are told.
            let told = self.problems.len();
            if let Some(made) = self.apply(signature, typed.clone(), span) {
                return Some(made);
            }
            self.problems.truncate(told);
        }
        self.apply(last, typed, span)
    }

    fn apply(&mut self, signature: &Signature, args: Vec<Typed>, span: Span) -> Option<Typed> {
        let mut nodes = Vec::with_capacity(args.len());
        let mut same = Vec::new();
        let mut number = Type::Empty;
        let mut currencies = Vec::new();
        for (index, arg) in args.into_iter().enumerate() {
            let parameter = signature.parameters[index.min(signature.parameters.len() - 1)];
            if parameter == Parameter::Same {
                same.push(arg);
                continue;
            }
            if parameter == Parameter::Number && arg.ty.is_numeric() {
                number = if number == Type::Empty { arg.ty.clone() } else { numeric(&number, &arg.ty) };
                currencies.push(arg.currency.clone());
            }
            nodes.push(self.argument(arg, parameter)?);
        }
        let ty = match signature.returns {
            Returns::Text => Type::Text,
            Returns::Whole => Type::Int,
            Returns::Number => Type::Number,
            Returns::Date => Type::Date,
            Returns::DateTime => Type::DateTime,
            Returns::Duration => Type::Duration,
            Returns::Numeric => {
                if number == Type::Empty {
                    Type::Number
                } else {
                    number
                }
            }
            Returns::Same => Type::Empty,
        };
        if signature.returns == Returns::Same {
            let short = signature.parameters.len().saturating_sub(nodes.len() + same.len());
            same.extend((0..short).map(|_| Typed::new(empty(), Type::Empty, span)));
            let currency = chosen_currency(signature, &nodes, &same);
            let (unified, common) = self.unify(same)?;
            nodes.extend(unified);
            return Some(Typed::new((signature.build)(nodes), common, span).in_currency(currency));
        }
        let made = Typed::new((signature.build)(nodes), ty, span);
        Some(match signature.returns {
            Returns::Numeric | Returns::Whole | Returns::Number => money::computed(made, &currencies),
            _ => made,
        })
    }

    fn argument(&mut self, arg: Typed, parameter: Parameter) -> Option<Node> {
        let wanted = match parameter {
            Parameter::Condition => Type::Bool,
            Parameter::Text | Parameter::Printable | Parameter::Same => Type::Text,
            Parameter::Number => Type::Number,
            Parameter::Whole => Type::Int,
            Parameter::Day => Type::Date,
            Parameter::DateTime => Type::DateTime,
            Parameter::Duration => Type::Duration,
        };
        let arg = match parameter {
            Parameter::Day | Parameter::DateTime => self.adapt(arg, &wanted)?,
            _ => arg,
        };
        let found = arg.clone();
        let node = match (parameter, &arg.ty) {
            (Parameter::Printable, _) => printed(arg),
            (Parameter::Condition, Type::Bool) => Some(arg.node),
            (_, Type::Empty) if parameter != Parameter::Condition => Some(empty_of(&wanted)),
            (Parameter::Text, Type::Text | Type::Choice(_)) => Some(arg.node),
            (Parameter::Number, ty) if ty.is_numeric() => Some(arg.node),
            (Parameter::Day, Type::DateTime) => Some(day_of(arg).node),
            (Parameter::DateTime, Type::Date) => Some(start_of_day(arg).node),
            (_, ty) if *ty == wanted => Some(arg.node),
            _ => None,
        };
        node.map(super::folded).or_else(|| self.mismatch(&found, &wanted))
    }
}

/// Which currency comes with the choice between amounts: chosen as they are.
fn chosen_currency(signature: &Signature, conditions: &[Node], choices: &[Typed]) -> Option<Node> {
    choices.iter().find(|choice| choice.currency.is_some())?;
    let currency = |choice: &Typed| match &choice.currency {
        Some(currency) => money::where_filled(&choice.node, currency.clone()),
        None => Node::nothing(),
    };
    Some((signature.build)(conditions.iter().cloned().chain(choices.iter().map(currency)).collect()))
}

fn empty() -> Node {
    empty_of(&Type::Text)
}

fn empty_of(ty: &Type) -> Node {
    Node::Const { value: kernel::Value::Null, shape: crate::sql::Shape::of(ty.column()) }
}

fn takes(signature: &Signature, count: usize) -> bool {
    count >= signature.required && (signature.repeats || count <= signature.parameters.len())
}

fn count_message(function: &Function, found: usize) -> Message {
    let least = function.signatures.iter().map(|signature| signature.required).min().unwrap_or(0);
    let most = function.signatures.iter().map(|signature| signature.parameters.len()).max().unwrap_or(0);
    let message =
        Message::new("expr-arguments").with("name", function.name).with("found", found).with("least", least);
    if function.signatures.iter().any(|signature| signature.repeats) {
        return Message { id: "expr-arguments-least".into(), ..message };
    }
    if least == most {
        return Message { id: "expr-arguments-exactly".into(), ..message };
    }
    message.with("most", most)
}
