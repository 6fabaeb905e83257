# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What building and testing need from Debian 12, and how it gets there.
# Sourced by quickstart and runtests.

BUILD_PACKAGES="gcc g++ make autoconf automake libltdl-dev pkg-config
libglib2.0-dev liblmdb-dev libevent-dev libssl-dev libjansson-dev
libcurl4-openssl-dev libsecp256k1-dev libsystemd-dev libnghttp2-dev
libarchive-dev libprotobuf-c-dev protobuf-c-compiler libicu-dev libpcre2-dev
curl jq"
TEST_PACKAGES="ccache clang lld libclang-rt-14-dev libgmp-dev xz-utils binutils
openssl iproute2 nftables tcpdump libxml2-utils wabt gcc-aarch64-linux-gnu
libc6-dev-arm64-cross qemu-user valgrind"

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "Packages are missing: run this as root, or install sudo." >&2
		return 1
	fi
}

missing_packages() {
	local package
	for package in "$@"; do
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null |
			grep -q 'ok installed' || echo "$package"
	done
}

# install_packages PACKAGE...: those that are missing, without questions.
install_packages() {
	local missing
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	echo "Installing:" "${missing//$'\n'/ }"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
	# shellcheck disable=SC2086
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
		--no-install-recommends $missing >/dev/null
}

# Node.js and npm, from Debian unless some are there already: where a host looks
# for what it starts chaincodes with.
install_node() {
	if [ ! -x /usr/local/bin/node ] && [ ! -x /usr/bin/node ] ||
		! command -v npm >/dev/null
	then
		install_packages nodejs npm
	fi
}

# A Rust compiler, from Debian unless one is there already: in the path, or where
# rustup puts it.
install_rust() {
	if ! command -v rustc >/dev/null && [ ! -x "$HOME/.cargo/bin/rustc" ]
	then
		install_packages rustc
	fi
}

# npm_ci DIR [OPTION...]: what DIR/package-lock.json pins, once.
npm_ci() {
	local dir=$1 stamp=$1/node_modules/.installed
	shift
	if [ ! -e "$stamp" ] || ! cmp -s "$stamp" "$dir/package-lock.json"; then
		(cd "$dir" && npm ci --no-audit --no-fund "$@" >npm.log 2>&1) || {
			tail -20 "$dir/npm.log" >&2
			return 1
		}
		cp "$dir/package-lock.json" "$stamp"
	fi
}

# configure_in DIR OPTION...: a build directory, configured once per set of
# options and version of configure.ac.
configure_in() {
	local top dir=$1 want
	top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
	shift
	want="$* $(cksum <"$top/configure.ac")"
	mkdir -p "$dir"
	if [ ! -x "$top/configure" ] ||
		[ "$top/configure.ac" -nt "$top/configure" ]; then
		"$top/autogen.sh" >"$dir/autogen.log" 2>&1 || {
			tail -20 "$dir/autogen.log" >&2
			return 1
		}
	fi
	[ "$(cat "$dir/.options" 2>/dev/null)" = "$want" ] &&
		[ -e "$dir/Makefile" ] && return 0
	(cd "$dir" && CONFIG_SHELL=/bin/sh "$top/configure" -q "$@" \
		>configure.log 2>&1) || {
		tail -20 "$dir/configure.log" >&2
		return 1
	}
	echo "$want" >"$dir/.options"
}

# quietly LOG COMMAND...: shows the end of the log only if it fails.
quietly() {
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 || {
		tail -40 "$log" >&2
		echo "failed: $* (all of it in $log)" >&2
		return 1
	}
}
