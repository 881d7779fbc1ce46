//! Four numbers reckoned with side by side: a pass through a series waits for each step, and has time for four of them.

use std::array;
use std::ops::{Add, AddAssign, Div, Mul, Sub, SubAssign};

pub(super) const LANES: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(32))]
pub(super) struct Lanes(pub [f64; LANES]);

impl Lanes {
    #[inline(always)]
    pub fn map(self, f: impl Fn(f64) -> f64) -> Lanes {
        Lanes(self.0.map(f))
    }

    #[inline(always)]
    pub fn with(self, other: Lanes, f: impl Fn(f64, f64) -> f64) -> Lanes {
        Lanes(array::from_fn(|lane| f(self.0[lane], other.0[lane])))
    }
}

impl From<f64> for Lanes {
    #[inline(always)]
    fn from(all: f64) -> Lanes {
        Lanes([all; LANES])
    }
}

macro_rules! lane_by_lane {
    ($($operation:ident $method:ident $sign:tt),*) => { $(
        impl $operation for Lanes {
            type Output = Lanes;
            #[inline(always)]
            fn $method(self, other: Lanes) -> Lanes {
                self.with(other, |a, b| a $sign b)
            }
        }
    )* };
}

lane_by_lane!(Add add +, Sub sub -, Mul mul *, Div div /);

impl AddAssign for Lanes {
    #[inline(always)]
    fn add_assign(&mut self, other: Lanes) {
        *self = *self + other;
    }
}

impl SubAssign for Lanes {
    #[inline(always)]
    fn sub_assign(&mut self, other: Lanes) {
        *self = *self - other;
    }
}
