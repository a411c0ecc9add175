//! Compound statements on MySQL and MariaDB.

use super::error::{Problem, SplitError};
use super::token::{Kind, Token};

/// A statement of MySQL or MariaDB, which may be a routine, a trigger, an event or an anonymous block, written without
/// `DELIMITER`. What a keyword means depends on where it stands: `IF` and `REPEAT` are functions too, `END` closes
/// `CASE` expressions and is a fine name for a column. So the beginnings of the statements in a body are followed.
#[derive(Debug, Default)]
pub(super) struct Compound {
    stage: Stage,
    /// The blocks that are open, and where they begin.
    blocks: Vec<(Block, usize)>,
    place: Place,
    handler: Handler,
    /// The parentheses that are open before the body.
    parentheses: usize,
    /// What follows cannot be a keyword: the last token was `.`, `@` or, before the body, `=`.
    name_next: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Stage {
    #[default]
    Start,
    /// After `BEGIN`, which is a block if `NOT ATOMIC` follows.
    Begin(usize),
    /// After `CREATE` or `ALTER`.
    Verb,
    Procedure {
        parameters: bool,
    },
    Function {
        returns: bool,
    },
    Trigger {
        words: u8,
    },
    Event,
    Body,
    Plain,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Block {
    Begin,
    If,
    Case,
    CaseExpression,
    Loop,
    /// `WHILE` and `FOR`, up to and after their `DO`.
    While,
    Repeat,
    /// A `REPEAT` whose condition has begun.
    Until,
}

/// Where in a body we are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
    /// A statement begins here.
    Start,
    /// After its first word, which is a label if a colon follows.
    Label,
    /// After the `END` of a block, which says what kind of block it was.
    End,
    /// After `DECLARE`.
    Declare,
    /// After `FOLLOWS` or `PRECEDES`: the name of another trigger.
    Order,
    #[default]
    Inside,
}

/// How much of `HANDLER FOR condition, ...` has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Handler {
    #[default]
    No,
    For,
    Condition,
    /// After `SQLSTATE`, up to its string, or after `NOT`.
    Half,
    Comma,
}

impl Compound {
    pub(super) fn is_plain(&self) -> bool {
        self.stage == Stage::Plain
    }

    pub(super) fn take(&mut self, token: &Token<'_>) {
        if token.kind == Kind::Hint || self.stage == Stage::Plain {
            return;
        }
        let is_name = std::mem::replace(
            &mut self.name_next,
            token.is_mark(b'.') || token.is_mark(b'@') || (token.is_mark(b'=') && self.stage == Stage::Verb),
        );
        let keyword = token.kind == Kind::Word && !is_name;
        match self.stage {
            Stage::Body => self.take_of_body(token, keyword),
            _ => self.take_of_head(token, keyword),
        }
    }

    /// Takes a `;`. Under a delimiter of its own, a routine ends there only: its author has said so.
    pub(super) fn semicolon(&mut self, has_delimiter: bool) -> bool {
        self.place = Place::Start;
        self.handler = Handler::No;
        self.name_next = false;
        let plain = matches!(self.stage, Stage::Start | Stage::Begin(_) | Stage::Verb | Stage::Plain);
        plain || (self.blocks.is_empty() && !has_delimiter)
    }

    pub(super) fn open(&self) -> Option<SplitError> {
        self.blocks.first().map(|(_, start)| SplitError::new(Problem::Body, *start))
    }

    /// Looks for the beginning of a body.
    fn take_of_head(&mut self, token: &Token<'_>, keyword: bool) {
        match token.kind {
            Kind::Mark(b'(') => self.parentheses += 1,
            Kind::Mark(b')') => self.parentheses = self.parentheses.saturating_sub(1),
            _ => {}
        }
        let top = keyword && self.parentheses == 0;
        match &mut self.stage {
            Stage::Start if token.is_any(&["create", "alter"]) => self.stage = Stage::Verb,
            Stage::Start if token.is("begin") => self.stage = Stage::Begin(token.start),
            Stage::Start if token.is_any(&BLOCKS) => self.start_body(token),
            Stage::Begin(start) if token.is("not") => {
                self.blocks.push((Block::Begin, *start));
                self.stage = Stage::Body;
                self.place = Place::Start;
            }
            Stage::Start | Stage::Begin(_) => self.stage = Stage::Plain,
            Stage::Verb if top => {
                self.stage = match () {
                    () if token.is_any(&["or", "replace", "definer", "aggregate", "current_user", "current_role"]) => {
                        Stage::Verb
                    }
                    () if token.is("procedure") => Stage::Procedure { parameters: false },
                    () if token.is("function") => Stage::Function { returns: false },
                    () if token.is("trigger") => Stage::Trigger { words: 0 },
                    () if token.is("event") => Stage::Event,
                    () => Stage::Plain,
                }
            }
            Stage::Procedure { parameters } if token.is_mark(b')') && self.parentheses == 0 => *parameters = true,
            Stage::Procedure { parameters: true } if top && !token.is_any(&CHARACTERISTICS) => self.start_body(token),
            Stage::Function { returns } if token.is("returns") => *returns = true,
            // The type, which can be many words, is no block, and a function that is no block returns something.
            Stage::Function { returns: true } if top && (token.is("return") || token.is_any(&BLOCKS)) => {
                self.start_body(token);
            }
            Stage::Trigger { words } if top => {
                *words = match *words {
                    _ if token.is("for") => 1,
                    1 if token.is("each") => 2,
                    2 if token.is("row") => 3,
                    _ => 0,
                };
                if *words == 3 {
                    self.stage = Stage::Body;
                    self.place = Place::Start;
                }
            }
            Stage::Event if top && token.is("do") => {
                self.stage = Stage::Body;
                self.place = Place::Start;
            }
            _ => {}
        }
    }

    /// Begins a body with its first token.
    fn start_body(&mut self, token: &Token<'_>) {
        self.stage = Stage::Body;
        self.place = Place::Start;
        self.take_of_body(token, true);
    }

    fn take_of_body(&mut self, token: &Token<'_>, keyword: bool) {
        if self.handler != Handler::No && self.take_of_handler(token) {
            return;
        }
        let place = std::mem::replace(&mut self.place, Place::Inside);
        match place {
            Place::Start if keyword => self.begin_statement(token),
            // A quoted name can be a label.
            Place::Start if token.kind == Kind::Name => self.place = Place::Label,
            Place::Label if token.is_mark(b':') => self.place = Place::Start,
            Place::Order => self.place = Place::Start,
            Place::Declare if token.is("handler") => self.handler = Handler::For,
            Place::Declare => self.place = Place::Declare,
            Place::End => {}
            _ if keyword => self.continue_statement(token),
            _ => {}
        }
    }

    /// Takes the first word of a statement in a body.
    fn begin_statement(&mut self, token: &Token<'_>) {
        let opened = match () {
            () if token.is("begin") => Some(Block::Begin),
            () if token.is("loop") => Some(Block::Loop),
            () if token.is("repeat") => Some(Block::Repeat),
            () if token.is("if") => Some(Block::If),
            () if token.is("case") => Some(Block::Case),
            () if token.is_any(&["while", "for"]) => Some(Block::While),
            () => None,
        };
        if let Some(block) = opened {
            self.blocks.push((block, token.start));
            if matches!(block, Block::Begin | Block::Loop | Block::Repeat) {
                self.place = Place::Start;
            }
        } else if token.is("end") {
            self.blocks.pop();
            self.place = Place::End;
        } else if token.is("until") {
            if let Some((block @ Block::Repeat, _)) = self.blocks.last_mut() {
                *block = Block::Until;
            }
        } else {
            self.place = match () {
                // `ELSE`, and `BEGIN NOT ATOMIC`.
                () if token.is_any(&["else", "not", "atomic"]) => Place::Start,
                () if token.is("declare") => Place::Declare,
                () if self.blocks.is_empty() && token.is_any(&["follows", "precedes"]) => Place::Order,
                () => Place::Label,
            };
        }
    }

    /// Takes a word that is not the first of its statement.
    fn continue_statement(&mut self, token: &Token<'_>) {
        let block = self.blocks.last().map(|(block, _)| *block);
        if token.is("case") {
            self.blocks.push((Block::CaseExpression, token.start));
        } else if token.is("end") && matches!(block, Some(Block::CaseExpression | Block::Until)) {
            self.blocks.pop();
            if block == Some(Block::Until) {
                self.place = Place::End;
            }
        } else if (token.is("then") && matches!(block, Some(Block::If | Block::Case)))
            || (token.is("do") && block == Some(Block::While))
        {
            self.place = Place::Start;
        }
    }

    /// Takes a part of `HANDLER FOR condition, ...`, and says whether it was one.
    fn take_of_handler(&mut self, token: &Token<'_>) -> bool {
        self.handler = match self.handler {
            Handler::For if token.is("for") => Handler::Condition,
            Handler::Condition if token.is_any(&["sqlstate", "not"]) => Handler::Half,
            Handler::Half if token.is("value") => Handler::Half,
            Handler::Condition | Handler::Half => Handler::Comma,
            Handler::Comma if token.is_mark(b',') => Handler::Condition,
            Handler::Comma => {
                self.place = Place::Start;
                Handler::No
            }
            Handler::For | Handler::No => Handler::No,
        };
        self.handler != Handler::No
    }
}

/// The words with which a block begins. All but `BEGIN` can stand at the top of a text on MariaDB.
const BLOCKS: [&str; 7] = ["begin", "if", "case", "loop", "while", "repeat", "for"];

/// The words that can stand between the parameters of a procedure and its body.
const CHARACTERISTICS: [&str; 14] = [
    "comment",
    "language",
    "sql",
    "not",
    "deterministic",
    "contains",
    "no",
    "reads",
    "modifies",
    "data",
    "security",
    "definer",
    "invoker",
    "javascript",
];
