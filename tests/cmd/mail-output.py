# SPDX-License-Identifier: ISC
"""Hostile names, addresses and organizations through composing.c, and what comes out
through Python's parser of mail, which knows nothing of ours (reliability E6, E9).

    mail-output.py COMPOSING TEMPLATE [COUNT]

Each message has the headers that it must have, one recipient, no defect and no long
line, and says what was given; or it is refused, and then it had to be. SEED chooses
the values. The last line of output is the count of both.
"""
import email
import email.header
import email.policy
import email.utils
import os
import random
import subprocess
import sys

FIELDS = ['Date', 'Message-ID', 'From', 'To', 'Subject', 'Auto-Submitted', 'List-Id',
          'List-Unsubscribe', 'List-Unsubscribe-Post', 'MIME-Version', 'Content-Type']
STRICT = email.policy.SMTP + email.policy.strict

# What is put into values, each wherever a value has a place.
PIECES = [
    '\n', '\r', '\r\n', '\0', '\x1b[2J', '\x7f', '\t', '\x85', '\x9f', '\u2028', '\u2029',
    '\nBcc: eve@evil.example', '\r\nBcc: eve@evil.example\r\n\r\nBody',
    '\n\n--=_contact--\n', '%0A', '%0d%0aBcc: eve@evil.example', '\\n', '&#10;',
    '=?UTF-8?Q?=0A?=', '=?utf-8?q?a=0D=0ABcc:_eve@evil.example?=',
    '=?UTF-8?B?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=', '=?iso-8859-1?q?=85?=',
    '=?utf-8?q?hello?=', '=?utf-8?q?hel', '=?x?y?z?=', '?=', '=?', '=3D', '=\n',
    '-oQ/tmp', '-C', '--', '-f root', '|prog', '|/bin/sh -c id', '/etc/passwd', ':include:/x',
    ' ', '   ', '"', '""', '\\', '\\"', "'", '`id`', '$(id)', ';', ',', ', eve@evil.example',
    '<eve@evil.example>', '>, <eve@evil.example>', '(comment', ')', ':', '@', '[x]',
    'eve@evil.example:', 'Group: a@x.example;', '\xa0', '\u3000', '\u200b', '\ufeff',
    '\u202e', '\u202a', '\u2066', '\u200f', '\u05e9\u05dc\u05d5\u05dd', '\u0645\u0631\u062d\u0628\u0627',
    'M\xfcller', 'e\u0301', '\u65e5\u672c\u8a9e' * 40, '\U0001f600' * 30, 'x' * 10240, 'x ' * 5120,
    '\xe9' * 5120, 'a' * 300, 'a' * 64, 'word ' * 15, '.', 'From x', '{{link}}', '<script>',
    'Dr. Ann', 'a,b', b'\xff', b'\xc3', b'\xed\xa0\x80', b'\xe9t\xe9',
]
ADDRESSES = [
    ('ann@acme.example', 'ann@acme.example'),
    ("o'neil+a%0A=b@a-b.example", "o'neil+a%0A=b@a-b.example"),
    ('zoe@b\xfccher.example', 'zoe@xn--bcher-kva.example'),
    ('zoe@\u4f8b\u3048.example', 'zoe@xn--r8jz45g.example'),
    ('"a b,c"@acme.example', '"a b,c"@acme.example'),
    ('|prog@acme.example', '|prog@acme.example'),
    ('a' * 64 + '@' + '.'.join(['b' * 60] * 3) + '.ex',
     'a' * 64 + '@' + '.'.join(['b' * 60] * 3) + '.ex'),
    ('a' * 64 + '@' + '.'.join(['b' * 63] * 3) + '.ex', None),
    ('-oQ/tmp@acme.example', None), ('-C@acme.example', None), ('--', None), ('', None),
    ('ann', None), ('|prog', None), ('/etc/passwd', None), ('z\xf6e@acme.example', None),
    ('ann@acme.example,eve@evil.example', None), ('ann@acme.example eve@evil.example', None),
    ('Ann <ann@acme.example>', None), ('<ann@acme.example>', None), ('a@b@acme.example', None),
    ('ann@acme', None), ('ann@[127.0.0.1]', None), ('ann@acme..example', None),
    ('ann@acme.example\n', None), ('ann@acme.example\r\nBcc: eve@evil.example', None),
    ('ann@acme.example\0', None), ('ann @acme.example', None), ('ann@acme.example>', None),
    ('a' * 10240 + '@acme.example', None), ('ann@' + 'a' * 10240 + '.example', None),
    ('ann(x)@acme.example', None), ('ann@acme.example;', None), ('"a\nb"@acme.example', None),
    ('=?utf-8?q?a=0A?=@acme.example', None), ('ann@acme.example\u2028', None),
    ('ann@ac\u202eme.example', None), (b'ann@acme.ex\xff', None), ('ann@acme.example.', None),
]


def as_bytes(value):
    return value if isinstance(value, bytes) else value.encode()


def as_text(value):
    """The text, or None when it is no UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def breaks(text):
    return any(ord(c) < 32 or 127 <= ord(c) <= 159 or c in '\u2028\u2029' for c in text)


def turns(text):
    return any(c in '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069' for c in text)


def hides(text):
    """Whether an encoded word in it stands for a control."""
    try:
        parts = email.header.decode_header(text)
        return any(breaks(p if isinstance(p, str) else p.decode(c or 'ascii', 'replace'))
                   for p, c in parts)
    except (email.errors.HeaderParseError, LookupError):
        return False


def unfit(value):
    text = as_text(value)
    return text is None or breaks(text) or turns(text) or hides(text)


def trimmed(value):
    text = as_text(value)
    return value if text is None else text.strip(' \t\xa0\u3000').encode()


def name_of(value):
    """What of a name is shown; None when the message must be refused."""
    value = trimmed(value)
    text = as_text(value)
    if text is not None and turns(text):
        return ''
    if len(value) > 255:
        return ''
    return None if unfit(value) else as_text(value)


def subject_of(organization):
    subject = b'About ' + (organization if trimmed(organization) else b'you') + b' & us'
    return None if unfit(subject) or len(subject) > 1000 else as_text(subject)


def rows(count, chosen):
    """Each piece in each place, or some of these; then pieces together."""
    made = []
    for piece in PIECES:
        for place in (b'%s', b'Ann %s', b'%s Lee', b'Ann %s Lee', b'"%s"'):
            value = place.replace(b'%s', as_bytes(piece))
            made.append((value, ADDRESSES[0], b'Acme'))
            made.append((b'Ann Lee', ADDRESSES[0], value))
    for address in ADDRESSES:
        made.append((b'Ann Lee', address, b'Acme'))
    while len(made) < count:
        name, organization = (b''.join(as_bytes(chosen.choice(PIECES))
                                       for _ in range(chosen.randint(0, 3))) for _ in range(2))
        made.append((name, chosen.choice(ADDRESSES[:6] + ADDRESSES), organization))
    return made if len(made) == count else chosen.sample(made, count)


def compose(program, template, made):
    """For each row the message, or None when it was refused."""
    text = ''.join('\t'.join(v.hex() for v in (name, as_bytes(address[0]), organization)) + '\n'
                   for name, address, organization in made)
    out = subprocess.run([program, template], input=text.encode(), stdout=subprocess.PIPE,
                         check=True).stdout
    at = 0
    for _ in made:
        end = out.index(b'\n', at)
        head, at = out[at:end], end + 1
        if head.startswith(b'0 '):
            length = int(head[2:])
            yield out[at:at + length]
            at += length
        else:
            assert head.startswith(b'1 ') and len(head) > 2, head
            yield None
    assert at == len(out), 'something behind the last message'


def raw_fields(message):
    """The names of the header lines, by the first rule of RFC 5322 alone."""
    lines = message[:message.index(b'\n\n')].split(b'\n')
    return [line.split(b':')[0].decode() for line in lines if line[:1] not in b' \t']


def raw_value(message, field):
    return email.message_from_bytes(message, policy=email.policy.compat32)[field].replace('\n', '')


def check_lines(message):
    head, body = message.split(b'\n\n', 1)
    assert message.endswith(b'\n') and b'\r' not in message, 'line ends'
    assert all(32 <= c < 127 or c == 10 for c in message), 'not printable ASCII'
    for line in head.split(b'\n'):
        assert len(line) <= 78 or b' ' not in line[5:].strip(), line
        assert len(line) <= 998 and line.strip(), line
        assert b'=?' not in line or len(line) <= 76, line
    for line in body.split(b'\n'):
        assert len(line) <= 76 and not line.startswith(b'From '), line


def check(message, name, address, organization):
    check_lines(message)
    assert raw_fields(message) == FIELDS, raw_fields(message)
    parsed = email.message_from_bytes(message, policy=STRICT)
    assert parsed.keys() == FIELDS, parsed.keys()
    for part in parsed.walk():
        assert not part.defects, part.defects
        for field, value in part.items():
            assert not value.defects, (field, value.defects)
    assert len(parsed['To'].addresses) == 1, parsed['To']
    to = parsed['To'].addresses[0]
    assert to.addr_spec == address[1], (to.addr_spec, address[1])
    shown = to.display_name
    if '=?' in raw_value(message, 'To'):
        # The new parser puts blanks where encoded words of a name meet, and takes
        # away those within; the old one reads them as RFC 2047 section 6.2 says.
        shown = str(email.header.make_header(email.header.decode_header(
            email.utils.parseaddr(raw_value(message, 'To'))[0])))
    assert shown == name_of(name), (shown, name_of(name))
    assert parsed['Subject'] == subject_of(organization), parsed['Subject']
    assert [p.get_content_type() for p in parsed.walk()] == [
        'multipart/alternative', 'text/plain', 'text/html'], 'parts'
    plain = parsed.get_body(('plain',)).get_content()
    said = as_text(organization) if trimmed(organization) else 'you'
    assert said in plain and plain.endswith('\n'), plain
    assert '<script>' not in parsed.get_body(('html',)).get_content(), 'HTML'


def main():
    seed = os.environ.get('SEED') or '20261005'
    print('SEED=' + seed)
    made = rows(int(sys.argv[3]) if len(sys.argv) > 3 else 1000, random.Random(seed))
    composed = failed = 0
    for row, message in zip(made, compose(sys.argv[1], sys.argv[2], made)):
        name, address, organization = row
        refused = name_of(name) is None or subject_of(organization) is None or \
            address[1] is None
        try:
            assert refused == (message is None), 'refused' if message is None else 'taken'
            if message is not None:
                composed += 1
                check(message, *row)
        except Exception as wrong:  # a defect that the parser raises, too
            failed += 1
            print('%.300r: %s: %.500s' % (row, type(wrong).__name__, wrong))
    print('%d composed, %d refused, %d wrong' % (composed, len(made) - composed, failed))
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
