warehouse-query = The query cannot be answered: { $reason }
warehouse-limit = The query was ended: { $reason }
warehouse-cube = The definition cannot be used: { $reason }
warehouse-source = The source cannot be used: { $reason }
warehouse-stopped = The query was stopped.

object-exchange_rate = Exchange rate
    .plural = Exchange rates
exchange_rate--currency = Currency
    .help = The three letters of the currency, such as EUR.
exchange_rate--day = From
    .help = The rate holds from this day on, until the next.
exchange_rate--rate = Rate
    .help = What one unit is worth in the workspace's own currency.
exchange_rate-rule-above_zero = A rate is above zero.
exchange_rate-view-latest = Latest rates

object-cube = Cube
    .plural = Cubes
cube--name = Name
    .help = What the definition calls it.
cube--definition = Definition
    .help = Dimensions and measures in TOML. A cube of the name of a shipped one takes its place.
cube-view-all = All cubes
