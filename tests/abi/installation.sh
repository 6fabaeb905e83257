# SPDX-License-Identifier: Apache-2.0
# What a vendor has: the headers and bsn-abi.pc, installed below $root; and the
# host's scan. Sourced after tap.sh.
root=$work/root

install_abi() {
	"$MAKE" -C "$build" DESTDIR="$root" install-bsnincludeHEADERS \
		install-bsnhelpersHEADERS install-bsnextHEADERS \
		install-pkgconfigDATA
}

# with_abi COMMAND...: where pkg-config knows that installation alone.
with_abi() {
	PKG_CONFIG_LIBDIR=$(dirname "$(find "$root" -name bsn-abi.pc)") \
		PKG_CONFIG_SYSROOT_DIR=$root "$@"
}

# scan FILE ID VERSION KINDS OFFER: the arguments as the host passes them; what
# the plugin must be seen to offer.
scan() {
	"$build/bsn-plugin-scan" "$1" "$2" "$3" "$4" 60000 \
		3>&1 >/dev/null | tr -c '[:print:]' '\n' >"$work/report"
	cat "$work/report"
	[ "$(tail -1 "$work/report")" = d ] && grep -q "o$5" "$work/report"
}

exports_one_symbol() {
	nm -D --defined-only "$1" | awk '{ print $NF }' >"$work/symbols"
	echo bsn_plugin_open | diff -u - "$work/symbols"
}
