"""Lark's parse tables, gone through in one loop."""

from collections.abc import Callable
from itertools import chain
from typing import Any, cast

import lark
from lark.grammar import Rule
from lark.lexer import LexerThread
from lark.parsers.lalr_analysis import Shift
from lark.parsers.lalr_parser import LALR_Parser
from lark.parsers.lalr_parser_state import ParseConf, ParserState

from dfopt.cached import cached_property

Build = Callable[[list[Any]], Any]

_END = lark.Token("$END", "")


class Automaton(LALR_Parser):
    """Does in two thirds of the time what the loop of Lark's own parser does.

    That one can also stop at an error and go on elsewhere; here no file is outside the language.
    """

    def parse(self, lexer: LexerThread, start: str) -> Any:  # type: ignore[override]  # nothing to call on an error
        """What the builder makes of all tokens."""
        reductions = self._reductions
        state = ParserState(ParseConf(self._parse_table, self.parser.callbacks, start), lexer)
        actions, end_state = state.parse_conf.states, state.parse_conf.end_state
        states, values = state.state_stack, state.value_stack
        leaves = lexer.lex(state)  # type: ignore[no-untyped-call]
        for leaf in chain(leaves, (_END,)):
            action, argument = actions[states[-1]][leaf.type]
            while action is not Shift:
                build, size, symbol = reductions[argument]
                first = len(values) - size
                value = build(values[first:])
                del values[first:], states[first + 1 :]
                after = actions[states[-1]][symbol][1]
                if after == end_state:
                    return value
                states.append(after)
                values.append(value)
                action, argument = actions[after][leaf.type]
            states.append(argument)
            values.append(leaf)
        raise AssertionError("the end of the file is not the end of a Dockerfile")

    @cached_property
    def _reductions(self) -> dict[Rule, tuple[Build, int, str]]:
        """For each rule of the grammar what builds its value, from how many values, and its name."""
        callbacks = cast("dict[Rule, Build]", self.parser.callbacks)
        return {rule: (build, len(rule.expansion), rule.origin.name) for rule, build in callbacks.items()}
