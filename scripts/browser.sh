#!/bin/sh
# Chromium for the tests of the pages: found, installed where that may be done, or asked for.
set -eu
for name in "${HEADRACE_CHROMIUM:-}" chromium chromium-browser google-chrome; do
  if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the tests of the pages (once) …"
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends \
    chromium fonts-noto-color-emoji fonts-dejavu-core; } >/dev/null && exit 0
fi
echo "The tests of the pages need Chromium. On Debian: sudo apt-get install chromium fonts-noto-color-emoji; elsewhere set HEADRACE_CHROMIUM to its path." >&2
exit 1
