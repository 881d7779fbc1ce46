//! `a || b` of texts, which is no function to the engine: made one, so that it can be bounded like the others.

use std::sync::Arc;

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, Field, Schema},
};
use datafusion::{
    common::{DFSchema, Result, config::ConfigOptions, tree_node::Transformed},
    logical_expr::{
        BinaryExpr, ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
        Volatility, expr_rewriter::FunctionRewrite, type_coercion::binary::BinaryTypeCoercer,
    },
    physical_expr::{
        PhysicalExpr,
        expressions::{self, Column},
    },
};

use super::{check, sizes};

const NAME: &str = "text_concat";

/// The function.
pub fn joined() -> ScalarUDF {
    ScalarUDF::from(Joined { signature: Signature::user_defined(Volatility::Immutable) })
}

/// Writes the operator as the function.
#[derive(Debug)]
pub struct Joining;

impl FunctionRewrite for Joining {
    fn name(&self) -> &str {
        "text_concat_of_operator"
    }

    fn rewrite(&self, expression: Expr, _: &DFSchema, _: &ConfigOptions) -> Result<Transformed<Expr>> {
        Ok(match expression {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::StringConcat, right }) => {
                Transformed::yes(joined().call(vec![*left, *right]))
            }
            other => Transformed::no(other),
        })
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Joined {
    signature: Signature,
}

impl ScalarUDFImpl for Joined {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let [left, right] = arguments else { return Ok(arguments.to_vec()) };
        let (left, right) = BinaryTypeCoercer::new(left, &Operator::StringConcat, right).get_input_types()?;
        Ok(vec![left, right])
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let [left, right] = arguments else { return Ok(DataType::Utf8) };
        BinaryTypeCoercer::new(left, &Operator::StringConcat, right).get_result_type()
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        check("||", &arguments, sizes::all(&arguments)?)?;
        let rows = arguments.number_rows;
        let single = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let arrays = arguments.args.iter().map(|argument| argument.to_array(if single { 1 } else { rows }));
        let arrays = arrays.collect::<Result<Vec<_>>>()?;
        let fields = arrays.iter().zip(["left", "right"]);
        let fields = fields.map(|(array, name)| Field::new(name, array.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)?;
        let [left, right] =
            [0, 1].map(|at| Arc::new(Column::new(schema.field(at).name(), at)) as Arc<dyn PhysicalExpr>);
        let joined = expressions::binary(left, Operator::StringConcat, right, &schema)?.evaluate(&batch)?;
        match joined {
            ColumnarValue::Array(array) if single => {
                Ok(ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(&array, 0)?))
            }
            other => Ok(other),
        }
    }
}
