# ruff: noqa: RUF001 -- these texts are meant to deceive
"""A hundred texts and links that want to run, to lead astray, or to break out."""

from headrace.model.text import Entity

BEACON = "https://evil.example/beacon"
_SCRIPTS = (
    "<script>alert(1)</script>",
    "<script src=https://evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    f"<img src={BEACON}>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    f"<svg><image href={BEACON} /></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    f"<link rel=stylesheet href={BEACON}>",
    f"<style>@import '{BEACON}';</style>",
    f"<div style='background:url({BEACON})'>x</div>",
    f"<meta http-equiv=refresh content='0;url={BEACON}'>",
    f"<base href={BEACON}>",
    f"<form action={BEACON}><input name=q autofocus onfocus=alert(1)></form>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<a href=javascript:alert(1)>click</a>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</article></main><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "<!--<img src=x onerror=alert(1)>-->",
    "]]><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '" onmouseover=alert(1) x="',
    "' autofocus onfocus=alert(1) x='",
    "` onerror=alert(1)",
    "{{ 7*7 }}{% raw %}",
    "{{ ''.__class__.__mro__ }}",
    "${alert(1)}",
    "#{alert(1)}",
    "{0.__class__} {n} {title}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\u003cscript\\u003ealert(1)",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\x00<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<\u202escript>alert(1)",
    "＜script＞alert(1)＜/script＞",
    "<ſcript>alert(1)</ſcript>",
    "<img\x0csrc=x\x0conerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    "<IMG SRC=JaVaScRiPt:alert(1)>",
    "<a\thref\n=\rjavascript:alert(1)>",
    "<plaintext>",
    "<xmp><script>alert(1)</script></xmp>",
)
_LINKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript\x00:alert(1)",
    "javascript&colon;alert(1)",
    "javascript%3Aalert(1)",
    "jav&#x09;ascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "DATA:image/svg+xml,<svg onload=alert(1)>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://evil.example/1",
    "filesystem:https://evil.example/x",
    "about:blank",
    "view-source:https://evil.example",
    "intent://evil.example#Intent;scheme=http;end",
    "ms-settings:x",
    "ws://evil.example",
    "//evil.example/x",
    "/c/headrace/1",
    "\\\\evil.example\\x",
    "https:/\\evil.example",
    "https://good.example@evil.example/",
    "https://good.example%2F@evil.example/",
    'https://evil.example/" onmouseover="alert(1)',
    "https://evil.example/'><script>alert(1)</script>",
    "https://evil.example/\u202egro.doog",
    "http://xn--80ak6aa92e.example/",
    "https://[::1]:8350/api/channels",
    "http://127.0.0.1:8350/api/download/clear/x",
    'tel:+1" onclick=alert(1)',
    "mailto:a@b?subject=<script>alert(1)</script>",
    'tg://resolve?domain=x"><img src=x onerror=alert(1)>',
    "livescript:alert(1)",
    "jar:https://evil.example!/x",
    "javascript://evil.example/%0aalert(1)",
)


def texts():
    """(text, entities): as they are, and in every kind of mark that carries something."""
    for text in _SCRIPTS:
        yield text, ()
    for link in _LINKS:
        shown = "https://good.example"
        yield shown, (Entity(type="text_link", offset=0, length=len(shown), url=link),)


def marked():
    """The same again where the text itself is what a mark goes by."""
    for text in (*_SCRIPTS, *_LINKS):
        for kind in ("url", "email", "mention", "hashtag", "phone_number", "pre", "custom_emoji"):
            yield (
                text,
                (
                    Entity(
                        type=kind,
                        offset=0,
                        length=2 * len(text),
                        url=text,
                        language=text,
                        document_id=text,
                    ),
                ),
            )
