"""Letters as mail servers send them back, in the forms of Postfix, Exchange and Exim."""

POSTFIX = """\
Return-Path: <>
Received: by mail.hospital.example (Postfix) id 4B2C91A0; Tue, 10 Mar 2026 12:01:00 +0000 (UTC)
Date: Tue, 10 Mar 2026 12:01:00 +0000 (UTC)
From: MAILER-DAEMON@mail.hospital.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: crs@hospital.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="3F1A.1773144060/mail.hospital.example"
Message-Id: <20260310120100.4B2C91A0@mail.hospital.example>

This is a MIME-encapsulated message.

--3F1A.1773144060/mail.hospital.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<gone@hospital.example>: host mx.hospital.example[192.0.2.7] said: 550 5.1.1
    <gone@hospital.example>: Recipient address rejected (in reply to RCPT TO command)

--3F1A.1773144060/mail.hospital.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.hospital.example
X-Postfix-Queue-ID: 9D3E41A1
X-Postfix-Sender: rfc822; crs@hospital.example
Arrival-Date: Tue, 10 Mar 2026 12:00:30 +0000 (UTC)

Final-Recipient: rfc822; gone@hospital.example
Original-Recipient: rfc822;gone@hospital.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.hospital.example
Diagnostic-Code: smtp; 550 5.1.1 <gone@hospital.example>: Recipient address rejected

--3F1A.1773144060/mail.hospital.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <crs@hospital.example>
From: CRS Monitor <crs@hospital.example>
To: gone@hospital.example
Subject: [P1] 7B - CRS alert
Message-ID: {about}
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

Ward: 7B

--3F1A.1773144060/mail.hospital.example--
"""

EXCHANGE = """\
From: <postmaster@hospital.example>
To: <crs@hospital.example>
Date: Tue, 10 Mar 2026 12:03:11 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_5a6b7c8d-0001-4e4e-9f9f-1a2b3c4d5e6f_"
Content-Language: de-DE
Message-ID: <a1b2c3d4-e5f6-4711-8899-aabbccddeeff@EX01.hospital.example>
In-Reply-To: {about}
References: {about}
Thread-Topic: [P1] 7B - CRS alert
Subject: =?utf-8?B?VW56dXN0ZWxsYmFyOiBbUDFdIDdC?=
Auto-Submitted: auto-replied
X-MS-Exchange-Message-Is-Ndr:
MIME-Version: 1.0

--_5a6b7c8d-0001-4e4e-9f9f-1a2b3c4d5e6f_
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="_inner_"

--_inner_
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

RGllc2UgTmFjaHJpY2h0IGtvbm50ZSBuaWNodCB6dWdlc3RlbGx0IHdlcmRlbi4=

--_inner_
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PGh0bWw+PGJvZHk+PC9ib2R5PjwvaHRtbD4=

--_inner_--

--_5a6b7c8d-0001-4e4e-9f9f-1a2b3c4d5e6f_
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.hospital.example
Received-From-MTA: dns;mail.hospital.example
Arrival-Date: Tue, 10 Mar 2026 12:03:10 +0000

Original-Recipient: rfc822;gone@hospital.example
Final-Recipient: rfc822;gone@hospital.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found
X-Display-Name: gone

--_5a6b7c8d-0001-4e4e-9f9f-1a2b3c4d5e6f_
Content-Type: text/rfc822-headers; charset="us-ascii"
Content-Transfer-Encoding: base64

RnJvbTogY3JzQGhvc3BpdGFsLmV4YW1wbGUNClRvOiBnb25lQGhvc3BpdGFsLmV4YW1wbGUNCg==

--_5a6b7c8d-0001-4e4e-9f9f-1a2b3c4d5e6f_--
"""

# Exim writes no report unless it was told to: words, a header of its own, and the copy.
EXIM = """\
Return-path: <>
X-Failed-Recipients: gone@hospital.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.hospital.example>
To: crs@hospital.example
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1vXyZa-0003Qk-7d@mx.hospital.example>
Date: Tue, 10 Mar 2026 12:02:00 +0000

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  gone@hospital.example
    host mx2.hospital.example [192.0.2.9]
    SMTP error from remote mail server after RCPT TO:<gone@hospital.example>:
    550 5.1.1 unknown user

------ This is a copy of the message, including all the headers. ------

Return-path: <crs@hospital.example>
Received: from crs.hospital.example by mx.hospital.example with esmtp (Exim 4.96)
\tid 1vXyZa-0003Qj-2a for gone@hospital.example; Tue, 10 Mar 2026 12:01:58 +0000
From: crs@hospital.example
To: gone@hospital.example
Message-ID: {about}
Subject: [P1] 7B - CRS alert

Ward: 7B
"""


def postfix(about: str, *, action: str = "failed", status: str = "5.1.1") -> str:
    """A report of RFC 3464 with the whole message attached."""
    return POSTFIX.format(about=about, action=action, status=status)


def exchange(about: str) -> str:
    """A report that names the message in its own headers, and encodes what it attaches."""
    return EXCHANGE.format(about=about)


def exim(about: str) -> str:
    """No report at all, but words and a copy."""
    return EXIM.format(about=about)


def itself(about: str) -> str:
    """The message itself, where it should arrive."""
    return f"From: crs@hospital.example\nMessage-ID: {about}\nSubject: CRS Monitor\n\nDone.\n"
