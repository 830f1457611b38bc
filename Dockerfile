# headrace in a container: `docker compose up`, or see docs/how-to/container.md.
FROM python:3.11-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /opt/headrace
COPY requirements.run.lock ./
RUN /opt/headrace/bin/pip install --require-hashes -r requirements.run.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /opt/headrace/bin/pip install --no-deps --no-build-isolation . \
  && /opt/headrace/bin/python -m compileall -q /opt/headrace/lib \
  && /opt/headrace/bin/pip uninstall --yes --quiet pip

FROM python:3.11-slim-bookworm

RUN groupadd --gid 10001 headrace \
  && useradd --uid 10001 --gid headrace --home-dir /data --no-create-home --shell /usr/sbin/nologin headrace \
  && install -d -o headrace -g headrace -m 0700 /data
COPY --from=build /opt/headrace /opt/headrace
ENV PATH=/opt/headrace/bin:$PATH \
  PYTHONUNBUFFERED=1 \
  PYTHONDONTWRITEBYTECODE=1 \
  HEADRACE_ARCHIVE=/data/archive \
  HEADRACE_CONFIG=/data/config
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8350
# Whoever has no token is refused; that, too, is an answer.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import http.client as c; s = c.HTTPConnection('127.0.0.1', 8350, timeout=4); s.request('GET', '/'); raise SystemExit(s.getresponse().status >= 500)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["headrace"]
CMD ["serve", "--host", "0.0.0.0"]
