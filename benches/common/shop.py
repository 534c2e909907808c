"""A shop with 1,000 goods in a database of its own, and the service that runs it."""

import os
import subprocess

from .process import Process, ask, fail

GOODS = 1000
APP = "1234567890"
SECRET = "app-secret"
#: As the load generator has to name the shop.
NAMES = {
    "secret": SECRET,
    "phone_id": "100000000000001",
    "waba_id": "200000000000002",
    "catalog_id": "400000000000004",
    "display_phone": "905550000001",
}
SHOP = """
[app]
id = "1234567890"
secrets = ["app-secret"]
verify_token = "verify"
[shop]
handle = "kahve"
name = "Kahve Dükkanı"
currency = "TRY"
languages = ["tr", "en"]
time_zone = "Europe/Istanbul"
prices_include_tax = true
[channel]
graph_url = "GRAPH_URL"
graph_version = "v25.0"
phone_number_id = "100000000000001"
display_phone_number = "+905550000001"
waba_id = "200000000000002"
portfolio_id = "300000000000003"
catalog_id = "400000000000004"
access_token = "token"
[channel.pace]
per_second = PER_SECOND
pair_seconds = PAIR_SECONDS
pair_burst = 45
[checkout]
delivery = true
pickup = true
pickup_address = "Moda Cad. 12, Kadıköy"
cash_on_delivery = true
bank_transfer = true
bank_account = "Kahve Dükkanı, TR33 0006 1005 1978 6457 8413 26"
"""


class Shop:
    """Where a shop's database is, where its service listens, and where its Graph API is."""

    def __init__(self, folder, binary, url, port, graph_port, log="service.log"):
        self.folder, self.binary, self.url = folder, binary, url
        self.port, self.graph_port, self.log = port, graph_port, folder / log
        self.base = f"http://127.0.0.1:{port}/webhooks/whatsapp/{APP}"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("SEPET_")} | {
            "SEPET_DATABASE_URL": url,
            "SEPET_LISTEN": f"127.0.0.1:{port}",
            "SEPET_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }

    def command(self, *arguments):
        """What a command of the service prints."""
        command = [str(self.binary), *map(str, arguments)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            fail(f"sepet {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def apply(self, per_second, pair_seconds):
        """Sets the shop up, or its pace anew; 0: as fast as it can."""
        text = SHOP.replace("GRAPH_URL", f"http://127.0.0.1:{self.graph_port}")
        text = text.replace("PER_SECOND", str(per_second)).replace("PAIR_SECONDS", str(pair_seconds))
        file = self.folder / "shop.toml"
        file.write_text(text)
        self.command("shop", "apply", file)

    def stock(self):
        """1,000 goods on ten shelves; nobody buys the last one."""
        columns = "id title description availability price image_link quantity_to_sell_on_facebook product_type"
        lines = [",".join(columns.split())]
        for n in range(GOODS):
            price, image = f"{n % 90 + 10}.50 TRY", f"https://example.com/{n}.jpg"
            about = f"Something good with the number {n}"
            lines.append(f"SKU-{n},Goods {n},{about},in stock,{price},{image},100000000,Shelf {n % 10}")
        file = self.folder / "goods.csv"
        file.write_text("\n".join(lines) + "\n")
        self.command("catalog", "import", file, "--shop", "kahve")

    def key(self):
        """A key of the admin API."""
        printed = self.command("key", "create", "--shop", "kahve", "--scope", "all")
        keys = [word for word in printed.split() if word.startswith("sk_") or word.startswith("sepet_")]
        return keys[-1] if keys else printed.split()[-1]

    def serve(self):
        with open(self.log, "a") as log:
            return Process(
                [self.binary, "serve"], env=self.environment, cwd=self.folder, stdout=log, stderr=log
            )

    def started(self):
        """The service, ready."""
        process = self.serve()
        process.first_page(self.port, "/health/ready")
        return process

    def without_read_marks(self):
        """Switches read marks off, by the API of the running service."""
        key = {"authorization": f"Bearer {self.key()}"}
        channel = ask(self.port, "GET", "/api/v1/channels", headers=key)[2]["items"][0]["id"]
        status, headers, _ = ask(self.port, "GET", f"/api/v1/channels/{channel}", headers=key)
        changed = {**key, "if-match": headers.get("etag", "*"), "idempotency-key": "read-marks-off"}
        status, _, body = ask(
            self.port, "PATCH", f"/api/v1/channels/{channel}", {"read_marks": False}, changed
        )
        if status != 200 or body.get("read_marks") is not False:
            fail(f"the channel was not changed: {status} {body}")
