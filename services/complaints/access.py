"""What each role may do here."""

from shared.access.who import May
from shared.events.directory import Role
from shared.language import Text

DESK = frozenset({Role.CASE_OFFICER, Role.UNIT_HEAD})
LINE = frozenset({*DESK, Role.DEPUTY, Role.HEAD, Role.INSPECTOR})
# Public relations of headquarters: which unit that is, the chart says.
HEADQUARTERS = frozenset({Role.HEAD_OF_PUBLIC_RELATIONS, Role.SECRETARY})
# A county office's public relations is its representative.
OFFICE = frozenset({*DESK, Role.REPRESENTATIVE, Role.DEPUTY})

FILE = May(name="complaints.file", says=Text(fa="ثبت شکایت", en="File a complaint"), to_all=True)
TAKE_IN = May(
    name="complaints.take-in",
    says=Text(
        fa="ثبت شکایت برای شهروند: حضوری، تلفنی، از صندوق پستی، رایانامه یا برگهٔ کاغذی",
        en="Enter a complaint for a citizen: in person, by phone, from a letter, a mail or a paper form",
    ),
    roles=frozenset({*DESK, *HEADQUARTERS, Role.REPRESENTATIVE}),
)
BATCH = May(
    name="complaints.batch",
    says=Text(fa="ثبت دسته‌ای شکایت‌ها از یک فایل", en="Enter complaints from a file"),
    roles=frozenset({Role.UNIT_HEAD, *HEADQUARTERS}),
)
FOLLOW = May(
    name="complaints.follow",
    says=Text(fa="پیگیری با کد و شمارهٔ همراه", en="Follow with code and mobile"),
    to_all=True,
)
READ = May(name="complaints.read", says=Text(fa="دیدن شکایت‌ها", en="Read complaints"), roles=LINE)
TAKE = May(name="complaints.take", says=Text(fa="پذیرش رسیدگی", en="Take a complaint"), roles=DESK)
ASSIGN = May(
    name="complaints.assign",
    says=Text(fa="سپردن شکایت به کارشناس واحد", en="Give a complaint to a case officer of the unit"),
    roles=frozenset({Role.UNIT_HEAD}),
)
GIVE_BACK = May(
    name="complaints.give-back",
    says=Text(fa="بازگرداندن شکایت به میز خدمت", en="Give a complaint back to its desk"),
    roles=LINE,
)
ROUTE = May(
    name="complaints.route",
    says=Text(fa="فرستادن شکایت به واحد دیگر دستگاه", en="Send a complaint to another unit of the agency"),
    roles=LINE,
)
SORT = May(
    name="complaints.sort",
    says=Text(
        fa="تعیین خدمت و زمینهٔ شکایتی که شهروند آن‌ها را نگفته است",
        en="Name the service and ground of a complaint whose citizen named none",
    ),
    roles=LINE,
)
TRANSFER = May(
    name="complaints.transfer",
    says=Text(
        fa="سپردن شکایت به واحد نظارتی دستگاه دیگر", en="Hand a complaint over to another agency's oversight"
    ),
    roles=frozenset({Role.UNIT_HEAD, Role.DEPUTY, Role.HEAD, Role.INSPECTOR}),
)
ASK = May(name="complaints.ask", says=Text(fa="پرسش از شهروند", en="Ask the citizen"), roles=LINE)
ANSWER = May(name="complaints.answer", says=Text(fa="پاسخ به شکایت", en="Answer a complaint"), roles=LINE)
ABOVE = (ANSWER, ASK)
"""What a post of the governorate may do with a case of any agency that reached it."""
WRITE = May(
    name="complaints.write",
    says=Text(fa="یادداشت داخلی و پیش‌نویس پاسخ", en="Write notes for colleagues and drafts of answers"),
    roles=LINE,
)
WORD = May(
    name="complaints.word",
    says=Text(fa="نگارش متن‌های آمادهٔ پاسخ", en="Word the answers that are given again and again"),
    roles=frozenset({Role.UNIT_HEAD, Role.DEPUTY, Role.HEAD}),
)
LOOK = May(
    name="complaints.look",
    says=Text(
        fa="دیدن هویت یا شمارهٔ شهروند با ذکر دلیل", en="Look at a citizen's identity or number with a reason"
    ),
    roles=LINE,
)
UNLINK = May(
    name="complaints.unlink",
    says=Text(
        fa="جدا کردن شکایتی که تکراری شمرده شده است", en="Unlink a complaint that was taken for a repeat"
    ),
    roles=LINE,
)
ERASE = May(
    name="complaints.erase",
    says=Text(fa="پاک‌کردن شمارهٔ شهروند", en="Erase a citizen's number"),
    roles=frozenset({Role.HEAD, Role.INSPECTOR}),
)

CLIENTS = May(
    name="complaints.clients",
    says=Text(fa="تعیین سامانه‌هایی که با Open311 شکایت ثبت می‌کنند", en="Say which systems file over Open311"),
    roles=frozenset({Role.HEAD, Role.GOVERNORATE}),
)
OPEN311 = May(
    name="complaints.open311",
    says=Text(fa="Open311، ثبت با کلید سامانه", en="Open311; to file, with a system's key"),
    to_all=True,
)

IVR = May(
    name="complaints.ivr",
    says=Text(fa="ثبت شکایت از تلفن گویا، با کلید سامانه", en="File from a voice menu, with a system's key"),
    to_all=True,
)

PRESS_READ = May(
    name="complaints.press-read",
    says=Text(fa="دیدن موردهای رسانه‌ها", en="Read press cases"),
    roles=LINE | OFFICE | HEADQUARTERS,
)
PRESS_SEE = May(
    name="complaints.press-see",
    says=Text(fa="ثبت آنچه در رسانه‌ها دیده شد", en="Enter what was seen in a medium"),
    roles=OFFICE | HEADQUARTERS,
)
PRESS_SEND = May(
    name="complaints.press-send",
    says=Text(
        fa="فرستادن مورد رسانه‌ای به اداره، پیگیری آن یا شکایت‌کردن آن",
        en="Send a press case to an office, urge it there, or make it a complaint",
    ),
    roles=HEADQUARTERS,
)
PRESS_DRAFT = May(
    name="complaints.press-draft",
    says=Text(fa="نوشتن پیش‌نویس پاسخ رسانه‌ای", en="Draft an answer to a press case"),
    roles=OFFICE | HEADQUARTERS,
)
PRESS_APPROVE = May(
    name="complaints.press-approve",
    says=Text(
        fa="تأیید، بازگرداندن یا اعلام انتشار پاسخ رسانه‌ای",
        en="Approve or send back a press answer, or say where it was published",
    ),
    roles=frozenset({Role.HEAD_OF_PUBLIC_RELATIONS}),
)
PROBLEM_READ = May(
    name="complaints.problem-read",
    says=Text(fa="دیدن مشکلات اداره‌ها", en="Read the problems of offices"),
    roles=LINE | OFFICE | HEADQUARTERS,
)
PROBLEM_PASS = May(
    name="complaints.problem-pass",
    says=Text(
        fa="انعکاس مشکل ادارهٔ خود و راهکار آن به ستاد", en="Pass one's office's problems and solutions on"
    ),
    roles=OFFICE,
)
PROBLEM_ANSWER = May(
    name="complaints.problem-answer",
    says=Text(fa="اعلام نتیجهٔ مشکل منعکس‌شده", en="Say what becomes of an office's problem"),
    roles=HEADQUARTERS,
)
REGISTER = May(
    name="complaints.register",
    says=Text(
        fa="دیدن پرونده‌های تخلف، جز آنچه دربارهٔ خود یا واحد خود است",
        en="See the register of misconduct, but for what is of oneself or one's unit",
    ),
    roles=frozenset({Role.HEAD, Role.INSPECTOR}),
)
INSPECT = May(
    name="complaints.inspect",
    says=Text(fa="ثبت و رسیدگی به پرونده‌های تخلف", en="Keep the register of misconduct"),
    roles=frozenset({Role.INSPECTOR}),
)
