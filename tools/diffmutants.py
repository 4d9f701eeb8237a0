"""diffmutants.py: modules and components to begin with, and what becomes of them by chance, as
binary and as text."""
import glob
import os
import re

# -- what to begin with --

TOKEN = re.compile(rb'\(;.*?;\)|;;[^\n]*|\s+|"(?:[^"\\]|\\.)*"|\((?:@[^\s()";]*)?|\)|'
                   rb'[^\s()";]+|[";]', re.S)


def forms(script, depth=0):
    """The modules and components of a script, as texts, those of assertions included."""
    tokens = [t for t in TOKEN.findall(script)
              if not (t.isspace() or t.startswith(b";;") or t.startswith(b"(;"))]
    starts = []
    for at, token in enumerate(tokens):
        if token[:1] == b"(":
            starts.append(at)
        elif token == b")" and starts:
            start = starts.pop()
            head = tokens[start + 1:start + 4]
            outer = not starts or len(starts) == 1 and tokens[starts[0] + 1].startswith(b"assert_")
            if outer and head and head[0] in (b"module", b"component"):
                named = len(head) > 1 and head[1].startswith(b"$")
                what = head[2] if named and len(head) > 2 else head[1]
                if what not in (b"instance",):
                    yield tokens[start:at + 1]


def plain(form):
    """A form as a module or component that an assembler takes; None for quoted ones that cannot
    be unquoted simply."""
    form = list(form)
    for word in (b"definition",):
        if word in form[1:4]:
            form.remove(word)
    if b"quote" in form[1:4]:
        body = b"\n".join(unquote(t) for t in form if t.startswith(b'"'))
        return body if re.match(rb"\s*\((module|component)\b", body) \
            else b"(" + form[1] + b" " + body + b")"
    return b" ".join(form)


def unquote(token):
    """The bytes that a string of a script stands for."""
    escapes = {b"t": b"\t", b"n": b"\n", b"r": b"\r"}

    def one(m):
        e = m.group(1)
        if len(e) == 2:
            return bytes([int(e, 16)])
        return escapes.get(e, e)
    return re.sub(rb"\\([0-9a-fA-F]{2}|.)", one, token[1:-1], flags=re.S)


def scripts():
    """The scripts of ours and of the official suites (SPEC_DIR)."""
    root = os.path.join(os.path.dirname(__file__), "..")
    found = []
    for pattern in ("core", "component", "proposals", "text"):
        found += glob.glob(os.path.join(root, "spec-tests", pattern, "*.wast"))
    spec = os.environ.get("SPEC_DIR", os.path.join(root, "..", "shared", "spec"))
    found += glob.glob(os.path.join(spec, "**", "*.wast"), recursive=True)
    return sorted(found)


def texts(most=20000):
    """The texts of modules and components in all scripts, each once."""
    seen = {}
    for path in scripts():
        with open(path, "rb") as f:
            for form in forms(f.read()):
                text = plain(form)
                if len(text) <= most and b"binary" not in form[1:4]:
                    seen.setdefault(text, path)
    return list(seen)


def binaries(tenon, most=20000):
    """Their binaries, and the components of spec-tests/guests and GUESTS_DIR of at most so many
    bytes."""
    seen = {}
    for text in texts(most):
        data, _ = tenon.assemble(text)
        if data is not None and len(data) <= most:
            seen.setdefault(data)
    for path in scripts():
        with open(path, "rb") as f:
            for form in forms(f.read()):
                if b"binary" in form[1:4]:
                    data = b"".join(unquote(t) for t in form if t.startswith(b'"'))
                    if 8 < len(data) <= most:
                        seen.setdefault(data)
    root = os.path.join(os.path.dirname(__file__), "..")
    guests = os.environ.get("GUESTS_DIR", os.path.join(root, "..", "shared", "guests"))
    for path in sorted(glob.glob(os.path.join(root, "spec-tests", "guests", "*", "*.wasm")) +
                       glob.glob(os.path.join(guests, "*", "*.wasm"))):
        if os.path.getsize(path) <= most:
            with open(path, "rb") as f:
                seen.setdefault(f.read())
    return list(seen)


# -- mutants of binaries --

COMPONENT = b"\0asm\x0d\0\1\0"
INTERESTING = bytes([0, 1, 2, 3, 0x0b, 0x3f, 0x40, 0x41, 0x5e, 0x5f, 0x60, 0x63, 0x64, 0x6a,
                     0x6b, 0x6e, 0x70, 0x73, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0xfb, 0xfc, 0xfd, 0xfe, 0xff])


def leb(n, width=1):
    out = b""
    while True:
        n, low = n >> 7, n & 0x7f
        if n == 0 and width <= 1:
            return out + bytes([low])
        out += bytes([low | 0x80])
        width -= 1


def read_leb(data, at):
    n = shift = 0
    while at < len(data) and shift < 35:
        n |= (data[at] & 0x7f) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return n, at
    return None, at


def sized(data, at):
    """Pieces that have their sizes before them, from a place to the end; None if they are not."""
    found = []
    while at < len(data):
        n, at = read_leb(data, at)
        if n is None or n > len(data) - at:
            return None
        found.append(data[at:at + n])
        at += n
    return found


def sections(data):
    """A binary's sections as (id, contents); None if it has none."""
    found, at = [], 8
    while at < len(data):
        n, start = read_leb(data, at + 1)
        if n is None or n > len(data) - start:
            return None
        found.append((data[at], data[start:start + n]))
        at = start + n
    return found


def nudge(random, data):
    """A few bytes changed."""
    if not data:
        return bytes([random.choice(INTERESTING)])
    at = random.randrange(len(data))
    match random.randrange(9):
        case 0: return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1:]
        case 1 | 2: return data[:at] + bytes([random.choice(INTERESTING)]) + data[at + 1:]
        case 3: return data[:at] + bytes([data[at] + random.choice((1, -1)) & 0xff]) + data[at + 1:]
        case 4: return data[:at] + bytes([random.choice(INTERESTING)]) + data[at:]
        case 5: return data[:at] + data[at + random.randint(1, 3):]
        case 6:
            end = min(len(data), at + random.randint(1, 12))
            to = random.randrange(len(data) + 1)
            return data[:to] + data[at:end] + data[to:]
        case 7:
            n, end = read_leb(data, at)
            if n is None:
                return data[:at] + data[at + 1:]
            n += random.choice((0, 0, 1, -1, 1 << 7, 1 << 31, 1 << 32))
            return data[:at] + leb(max(n, 0), random.choice((1, 1, 2, 5, 6, 10))) + data[end:]
        case _: return data[:at] + bytes([random.randrange(256)]) + data[at + 1:]


def within(random, data, kind, donors):
    """A section's contents, changed."""
    if data[:4] == b"\0asm":
        return binary_mutant(random, data, donors)
    if kind == 10 and random.random() < 0.9:
        n, at = read_leb(data, 0)
        bodies = None if n is None else sized(data, at)
        if bodies:
            k = random.randrange(len(bodies))
            bodies[k] = nudge(random, bodies[k])
            return leb(n) + b"".join(leb(len(b)) + b for b in bodies)
    return nudge(random, data)


def binary_mutant(random, data, donors):
    if random.random() < 0.05:
        return data[:8] + nudge(random, data[8:])
    parts = sections(data)
    if not parts:
        return nudge(random, data)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        at = random.randrange(len(parts)) if parts else 0
        what = random.randrange(16) if parts else 3
        if what == 0:
            to = random.randrange(len(parts))
            parts[at], parts[to] = parts[to], parts[at]
        elif what == 1:
            parts.insert(random.randrange(len(parts) + 1), parts[at])
        elif what == 2:
            del parts[at]
        elif what == 3:
            other = sections(random.choice(donors[data[:8] == COMPONENT]))
            if other:
                part = random.choice(other)
                same = [k for k, (kind, _) in enumerate(parts) if kind == part[0]]
                if same:
                    parts[random.choice(same)] = part
                else:
                    parts.insert(random.randrange(len(parts) + 1), part)
        else:
            kind, contents = parts[at]
            parts[at] = kind, within(random, contents, kind, donors)
    return data[:8] + b"".join(bytes([kind]) + leb(len(c)) + c for kind, c in parts)


# -- mutants of texts --

NUMBERS = [b"0", b"1", b"2", b"-1", b"0x7fffffff", b"0x80000000", b"0xffffffff", b"4294967296",
           b"65536", b"0x7fffffffffffffff", b"-0x8000000000000000", b"18446744073709551616", b"nan", b"-inf",
           b"nan:0x1", b"0x1.8p3", b"1e400", b"1_0", b"+1", b"0.1", b"1.", b"0x", b"01"]


def text_class(token):
    if token[:1] in (b"(", b")", b"\""):
        return token[:1]
    if token[:1] == b"$":
        return b"$"
    if re.match(rb"[-+0-9]|nan|inf", token):
        return b"0"
    if b"=" in token:
        return b"="
    return b"." if b"." in token else b"a"


class Texts:
    """The texts of all scripts, and mutants of them: tokens and lists in parentheses exchanged for
    others of their class, from the same text or any, taken away, moved or doubled."""

    def __init__(self, all):
        self.all = [text.split(b" ") if b'"' not in text else
                    [t for t in TOKEN.findall(text) if not t.isspace()] for text in all]
        self.pool, self.lists = {}, {}
        for tokens in self.all:
            for token in tokens:
                self.pool.setdefault(text_class(token), {}).setdefault(token)
            for start, end in pairs(tokens):
                if end - start < 30:
                    self.lists.setdefault(tokens[start + 1], []).append(tokens[start:end])
        self.pool = {kind: list(tokens) for kind, tokens in self.pool.items()}

    def mutant(self, random):
        tokens = list(random.choice(self.all))
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            self.change(random, tokens)
        return b" ".join(tokens)

    def change(self, random, tokens):
        if len(tokens) < 3:
            return
        at = random.randrange(1, len(tokens))
        kind = text_class(tokens[at])
        what = random.randrange(12)
        if what == 0:
            del tokens[at]
        elif what == 1:
            tokens.insert(at, tokens[at])
        elif what == 2:
            to = random.randrange(1, len(tokens))
            tokens[at], tokens[to] = tokens[to], tokens[at]
        elif what < 6:
            spans = pairs(tokens)[:-1]
            if not spans:
                return
            start, end = random.choice(spans)
            if what == 3:
                del tokens[start:end]
            elif what == 4:
                start, end = random.choice(spans)
                tokens[at:at] = tokens[start:end]
            else:
                tokens[start:end] = random.choice(
                    self.lists.get(tokens[start + 1]) or [tokens[start:end]])
        elif kind == b"0" and what < 9:
            tokens[at] = random.choice(NUMBERS)
        elif what < 10:
            same = [t for t in tokens if text_class(t) == kind]
            tokens[at] = random.choice(same)
        else:
            tokens[at] = random.choice(self.pool[kind])


def pairs(tokens):
    """Where lists in parentheses begin and end."""
    open, found = [], []
    for at, token in enumerate(tokens):
        if token[:1] == b"(":
            open.append(at)
        elif token == b")" and open:
            found.append((open.pop(), at + 1))
    return found
