//! What the sample company sells: sensors and software for factories.

use kernel::{Decimal, Id, Value};

use super::{Plan, days};

pub(super) struct Product {
    pub id: Id,
    pub price: Decimal,
    /// Sold by the piece in numbers, not once.
    pub in_numbers: bool,
}

/// Code, name, family, type, unit, price.
const CATALOGUE: &[(&str, &str, &str, &str, &str, i64)] = &[
    ("SN-T10", "Temperature sensor T10", "Sensors", "good", "piece", 145),
    ("SN-T20", "Temperature sensor T20 Ex", "Sensors", "good", "piece", 390),
    ("SN-P10", "Pressure sensor P10", "Sensors", "good", "piece", 220),
    ("SN-P30", "Pressure sensor P30 hygienic", "Sensors", "good", "piece", 540),
    ("SN-V10", "Vibration sensor V10", "Sensors", "good", "piece", 310),
    ("SN-V20", "Vibration sensor V20 wireless", "Sensors", "good", "piece", 465),
    ("SN-F10", "Flow meter F10", "Sensors", "good", "piece", 780),
    ("SN-L10", "Level sensor L10", "Sensors", "good", "piece", 355),
    ("GW-100", "Gateway 100", "Gateways", "good", "piece", 890),
    ("GW-200", "Gateway 200 redundant", "Gateways", "good", "piece", 1_950),
    ("GW-EDGE", "Edge computer", "Gateways", "good", "piece", 3_400),
    ("GW-CAB", "Control cabinet", "Gateways", "good", "piece", 2_750),
    ("CL-BASE", "Monitoring Base, per year", "Cloud", "subscription", "year", 2_400),
    ("CL-PRO", "Monitoring Pro, per year", "Cloud", "subscription", "year", 7_800),
    ("CL-ENT", "Monitoring Enterprise, per year", "Cloud", "subscription", "year", 24_000),
    ("CL-PRED", "Predictive maintenance, per year", "Cloud", "subscription", "year", 12_000),
    ("CL-API", "Data access, per year", "Cloud", "subscription", "year", 3_600),
    ("SV-DAY", "Engineering day", "Services", "service", "day", 1_280),
    ("SV-INST", "Installation", "Services", "service", "day", 980),
    ("SV-CAL", "Calibration", "Services", "service", "piece", 85),
    ("SV-TRAIN", "Training", "Services", "service", "day", 1_450),
    ("SV-AUDIT", "Plant audit", "Services", "service", "piece", 4_900),
    ("SV-CARE", "Service contract, per year", "Services", "subscription", "year", 5_600),
    ("SN-OLD", "Temperature sensor T1", "Sensors", "good", "piece", 95),
];

impl Plan<'_> {
    pub(super) fn make_products(&mut self) {
        for (position, (code, name, family, kind, unit, price)) in CATALOGUE.iter().enumerate() {
            let at = self.start.saturating_add(days(0.1)).unwrap_or(self.start);
            let price = Decimal::from(*price);
            let is_current = position + 1 < CATALOGUE.len();
            let set: Vec<(&'static str, Value)> = vec![
                ("name", (*name).into()),
                ("code", (*code).into()),
                ("family", (*family).into()),
                ("type", (*kind).into()),
                ("unit", (*unit).into()),
                ("unit_price", price.into()),
                ("unit_price.currency", self.currency.code().into()),
                ("active", is_current.into()),
            ];
            let id = self.make(at, 0, "product", set);
            if is_current {
                self.products.push(Product { id, price, in_numbers: *unit == "piece" });
            }
        }
    }
}
