//! Growing one tree, the leaf with the largest gain first (Shi 2007).

use super::BoostOptions;
use super::bins::{Binned, Kind};
use super::groups::Group;
use super::histogram::{Cell, MOST_ROWS, Scale, fill};
use super::loss::Lacking;
use super::split::{Goes, Split, best_split};
use super::tree::{Node, Question, Tree};

/// Grows trees on the same binned columns, and keeps memory between them.
pub(super) struct Grower<'a> {
    binned: &'a Binned,
    options: &'a BoostOptions,
    spare: Vec<Vec<Cell>>,
    moved: (Vec<u32>, Vec<Cell>),
    /// Groups with a column that the tree may ask about.
    groups: Vec<usize>,
}

/// A leaf that may still be split: its rows are `from..to` of the tree's list.
struct Leaf {
    node: usize,
    from: usize,
    to: usize,
    depth: usize,
    total: Cell,
    histogram: Vec<Cell>,
    split: Option<Split>,
}

/// A tree's rows, ordered by leaf, with their gradients.
struct Rows {
    rows: Vec<u32>,
    cells: Vec<Cell>,
}

impl<'a> Grower<'a> {
    pub fn new(binned: &'a Binned, options: &'a BoostOptions) -> Self {
        assert!(binned.rows <= MOST_ROWS, "a histogram counts up to {MOST_ROWS} rows");
        Grower { binned, options, spare: Vec::new(), moved: (Vec::new(), Vec::new()), groups: Vec::new() }
    }

    /// Grows a tree on `rows`, adds its answers to all `scores` and its gains to `gains`; with `lacking` leaves answer that.
    pub fn grow(
        &mut self,
        gradients: &[(f64, f64)],
        rows: Vec<u32>,
        columns: &[u32],
        lacking: Option<&Lacking>,
        scores: &mut [f64],
        gains: &mut [f64],
    ) -> Tree {
        let scale = Scale::of(gradients, &rows);
        let cells: Vec<Cell> = rows.iter().map(|&row| scale.cell(gradients[row as usize])).collect();
        let mut list = Rows { rows, cells };
        let mut total = Cell::default();
        list.cells.iter().for_each(|&cell| total.add(cell));
        let mut nodes = vec![self.leaf_node(total, scale)];
        let mut histogram = self.spare();
        self.groups = self.groups_of(columns);
        fill(&mut histogram, self.binned, &self.groups, &list.rows, &list.cells, self.options.threads);
        let to = list.rows.len();
        let mut leaves = vec![Leaf { node: 0, from: 0, to, depth: 0, total, histogram, split: None }];
        self.ask(&mut leaves[0], columns, scale);
        while leaves.len() < self.options.leaves {
            let Some(at) = most_gain(&leaves) else { break };
            let leaf = leaves.swap_remove(at);
            let split = leaf.split.clone().expect("only a leaf with a split gains");
            gains[split.column] += split.gain;
            let pair = self.part(leaf, &split, &mut list, columns, scale, &mut nodes);
            leaves.extend(pair);
        }
        if let Some(lacking) = lacking {
            for leaf in &leaves {
                let answer = lacking.answer(&list.rows[leaf.from..leaf.to], scores);
                nodes[leaf.node].value = self.options.learning_rate * answer;
            }
        }
        self.settle(&nodes, &leaves, &list, scores);
        self.spare.extend(leaves.into_iter().map(|leaf| leaf.histogram));
        Tree { nodes }
    }

    fn groups_of(&self, columns: &[u32]) -> Vec<usize> {
        let asked =
            |group: &Group| group.members.iter().any(|m| columns.binary_search(&(m.column as u32)).is_ok());
        (0..self.binned.groups.len()).filter(|&group| asked(&self.binned.groups[group])).collect()
    }

    fn spare(&mut self) -> Vec<Cell> {
        self.spare.pop().unwrap_or_else(|| vec![Cell::default(); self.binned.cells])
    }

    fn leaf_node(&self, total: Cell, scale: Scale) -> Node {
        let (gradient, second) = scale.sums(total);
        let step = -gradient / (second + self.options.ridge).max(f64::MIN_POSITIVE);
        let value = self.options.learning_rate * self.options.loss.leaf(step);
        Node { value, cover: total.count() as f64, question: None }
    }

    fn ask(&self, leaf: &mut Leaf, columns: &[u32], scale: Scale) {
        let small = leaf.total.count() < 2 * self.options.min_rows as u64;
        if leaf.depth < self.options.max_depth && !small {
            leaf.split = best_split(&leaf.histogram, self.binned, columns, leaf.total, scale, self.options);
        }
    }

    /// Splits a leaf; sums up the smaller half anew and takes it from the whole for the other.
    fn part(
        &mut self,
        leaf: Leaf,
        split: &Split,
        list: &mut Rows,
        columns: &[u32],
        scale: Scale,
        nodes: &mut Vec<Node>,
    ) -> [Leaf; 2] {
        let middle = leaf.from + self.order(&leaf, split, list);
        let (left_sum, right_sum) = (split.left_sum, leaf.total.less(split.left_sum));
        let left_small = middle - leaf.from <= leaf.to - middle;
        let (from, to) = if left_small { (leaf.from, middle) } else { (middle, leaf.to) };
        let mut small = self.spare();
        let threads = self.options.threads;
        fill(&mut small, self.binned, &self.groups, &list.rows[from..to], &list.cells[from..to], threads);
        let mut large = leaf.histogram;
        large.iter_mut().zip(&small).for_each(|(all, part)| *all = all.less(*part));
        let (left_cells, right_cells) = if left_small { (small, large) } else { (large, small) };
        let (left, right) = (nodes.len(), nodes.len() + 1);
        nodes.push(self.leaf_node(left_sum, scale));
        nodes.push(self.leaf_node(right_sum, scale));
        nodes[leaf.node].question = Some(self.question(split, left, right));
        let depth = leaf.depth + 1;
        let make =
            |node, from, to, total, histogram| Leaf { node, from, to, depth, total, histogram, split: None };
        let mut pair = [
            make(left, leaf.from, middle, left_sum, left_cells),
            make(right, middle, leaf.to, right_sum, right_cells),
        ];
        pair.iter_mut().for_each(|leaf| self.ask(leaf, columns, scale));
        pair
    }

    /// Puts the leaf's rows that go left in front, in order; gives their number.
    fn order(&mut self, leaf: &Leaf, split: &Split, list: &mut Rows) -> usize {
        let column = &self.binned.columns[split.column];
        let goes_left = split.left.table(column.count);
        let (rows, cells) = (&mut list.rows[leaf.from..leaf.to], &mut list.cells[leaf.from..leaf.to]);
        let (right_rows, right_cells) = &mut self.moved;
        right_rows.clear();
        right_cells.clear();
        let mut left = 0;
        for at in 0..rows.len() {
            let (row, cell) = (rows[at], cells[at]);
            if goes_left[column.bins[row as usize] as usize] {
                (rows[left], cells[left]) = (row, cell);
                left += 1;
            } else {
                right_rows.push(row);
                right_cells.push(cell);
            }
        }
        rows[left..].copy_from_slice(right_rows);
        cells[left..].copy_from_slice(right_cells);
        left
    }

    /// The split in terms of values instead of bins.
    fn question(&self, split: &Split, left: usize, right: usize) -> Question {
        let column = split.column;
        match (&self.binned.columns[column].kind, &split.left) {
            (Kind::Numbers { borders }, Goes::UpTo { bin, gaps }) => {
                let border = borders.get(*bin as usize - 1).copied().unwrap_or(f64::INFINITY);
                Question::Number { column, border, gaps_left: *gaps, left, right }
            }
            (Kind::Categories { codes }, Goes::Bins(bins)) => {
                let known: Vec<u32> =
                    bins.iter().filter(|&&b| b > 0).map(|&b| codes[b as usize - 1]).collect();
                // What is in no other bin goes with the gaps: unknown codes, and those too rare for a bin.
                let others_left = bins.contains(&0);
                let right_codes =
                    codes.iter().copied().filter(|code| known.binary_search(code).is_err()).collect();
                let listed = if others_left { right_codes } else { known };
                Question::Category { column, listed, listed_left: !others_left, left, right }
            }
            _ => unreachable!("a column of numbers is split at a border, one of categories by bins"),
        }
    }

    /// Adds each leaf's answer to the scores: of the tree's own rows by their leaf, of the others by asking.
    fn settle(&self, nodes: &[Node], leaves: &[Leaf], list: &Rows, scores: &mut [f64]) {
        if list.rows.len() == self.binned.rows {
            for leaf in leaves {
                let value = nodes[leaf.node].value;
                list.rows[leaf.from..leaf.to].iter().for_each(|&row| scores[row as usize] += value);
            }
            return;
        }
        let tables = BinTables::new(nodes, self.binned);
        for (row, score) in scores.iter_mut().enumerate() {
            *score += nodes[tables.leaf(nodes, self.binned, row)].value;
        }
    }
}

fn most_gain(leaves: &[Leaf]) -> Option<usize> {
    let gain = |leaf: &Leaf| leaf.split.as_ref().map(|split| split.gain);
    let found =
        leaves.iter().enumerate().filter_map(|(at, leaf)| gain(leaf).map(|gain| (at, gain, leaf.node)));
    found.max_by(|a, b| a.1.total_cmp(&b.1).then(b.2.cmp(&a.2))).map(|(at, _, _)| at)
}

/// For each node, which bins go left: to walk binned rows down a finished tree.
struct BinTables(Vec<[bool; 256]>);

impl BinTables {
    fn new(nodes: &[Node], binned: &Binned) -> BinTables {
        let table = |node: &Node| {
            let mut goes = [false; 256];
            let Some(question) = &node.question else { return goes };
            match &binned.columns[question.column()].kind {
                Kind::Numbers { borders } => {
                    goes[0] = question.number_goes_left(f64::NAN);
                    for (at, goes) in goes.iter_mut().enumerate().skip(1) {
                        let upper = borders.get(at - 1).copied().unwrap_or(f64::MAX);
                        *goes = question.number_goes_left(upper);
                    }
                }
                Kind::Categories { codes } => {
                    goes[0] = question.code_goes_left(crate::MISSING);
                    codes
                        .iter()
                        .enumerate()
                        .for_each(|(at, &code)| goes[at + 1] = question.code_goes_left(code));
                }
            }
            goes
        };
        BinTables(nodes.iter().map(table).collect())
    }

    fn leaf(&self, nodes: &[Node], binned: &Binned, row: usize) -> usize {
        let mut at = 0;
        while let Some(question) = &nodes[at].question {
            let bin = binned.columns[question.column()].bins[row];
            at = question.next(self.0[at][bin as usize]);
        }
        at
    }
}
