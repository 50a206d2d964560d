"""nginx as the server, where it is installed: its configuration."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from bench.answers import CANCEL, HEADERS, ID, ORDER
from bench.target import FIRST_ORDER

CONFIGURATION = """\
daemon off;
worker_processes 1;
{more}
pid {place}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  server_tokens off;
  keepalive_requests 1000000000;
  keepalive_timeout 1d;
  client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi;
  scgi_temp_path {place}/scgi;
  default_type application/json;
  map $arg_orderId $order_id {{ default $arg_orderId; "" {first}; }}
  server {{
    listen 127.0.0.1:{port} ssl backlog=1024;
    ssl_certificate {certificate};
    ssl_certificate_key {certificate};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache off;
    root {site};
    {headers}
    location = {cancel} {{ return 200 '{order}'; }}
  }}
}}
"""


def configuration(*, place: Path, site: Path, certificate: Path, port: int, core: int) -> str:
    """The text of an ``nginx.conf``; all that nginx writes stays in ``place``."""
    named = {name: value for name, value in HEADERS.items() if name != "Content-Type"}
    return CONFIGURATION.format(
        place=place,
        site=site,
        certificate=certificate,
        port=port,
        more="\n".join([*_core(core), *_user()]),
        headers="\n    ".join(f'add_header {n} "{value}";' for n, value in named.items()),
        cancel=CANCEL,
        order=ORDER.replace(ID, "$order_id"),
        first=FIRST_ORDER,
    )


def _core(core: int) -> list[str]:
    return [f"worker_cpu_affinity {1 << core:b};"] if core >= 0 else []


def _user() -> list[str]:
    """Started by root, its worker would be nobody, who may not read our files."""
    return [f"user {getpass.getuser()};"] if os.getuid() == 0 else []
