/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/rule.h: the rules that a plugin file must keep, and the refusal
 * of one that breaks a rule.
 */
#ifndef HOST_PLUGIN_RULE_H
#define HOST_PLUGIN_RULE_H

#include <glib.h>

/* X(symbol, id, remedy). Ids are stable: tools and the admin guide use them. */
#define PLUGIN_RULE_MAP(X)                                                     \
	X(RULE_UNREADABLE, "unreadable",                                       \
	  "Make the file readable for the user that the host runs as.")        \
	X(RULE_TOO_LARGE, "too-large",                                         \
	  "Strip the file of debugging information (strip --strip-debug).")    \
	X(RULE_NOT_ELF, "not-elf",                                             \
	  "Give the shared object (.so) that the vendor's build makes.")       \
	X(RULE_TRUNCATED_ELF, "truncated-elf",                                 \
	  "Copy the file again and compare its digest with the vendor's.")     \
	X(RULE_OTHER_CPU, "other-cpu",                                         \
	  "Ask the vendor for a build for this host's CPU.")                   \
	X(RULE_NOT_SHARED_OBJECT, "not-shared-object",                         \
	  "Give the shared object (.so) that the vendor's build makes.")       \
	X(RULE_NO_NOTE, "no-note",                                             \
	  "If it is meant to be a plugin, its vendor must put "                \
	  "BSN_PLUGIN_NOTE (bsn/plugin.h) into one source file.")              \
	X(RULE_BAD_NOTE, "bad-note",                                           \
	  "Its vendor must make the note with BSN_PLUGIN_NOTE "                \
	  "(bsn/plugin.h), once.")                                             \
	X(RULE_WRONG_ABI, "wrong-abi",                                         \
	  "Use the build of the plugin that belongs to this host's release.")  \
	X(RULE_UNTRUSTED, "untrusted", "")                                     \
	X(RULE_NOT_CERTIFIED, "not-certified",                                 \
	  "Put the certificate that its vendor gives beside it, named as the " \
	  "file with .conformance at the end; `bsn-conform FILE --sign KEY "   \
	  "--certificate FILE.conformance` makes one.")                        \
	X(RULE_BAD_CERTIFICATE, "bad-certificate",                             \
	  "Copy the certificate again from where it came.")                    \
	X(RULE_UNKNOWN_CERTIFIER, "unknown-certifier",                         \
	  "If you trust whoever certified it, add the file with their public " \
	  "key to [plugins] conformance_keys.")                                \
	X(RULE_OTHER_CERTIFICATE, "other-certificate",                         \
	  "Put the certificate of exactly this build beside it.")              \
	X(RULE_BELOW_LEVEL, "below-level", "")                                 \
	X(RULE_CHANGED, "changed",                                             \
	  "Restart the host when the file is complete.")                       \
	X(RULE_UNDEFINED_SYMBOL, "undefined-symbol",                           \
	  "Its vendor must link it with every library that it uses.")          \
	X(RULE_MISSING_DEPENDENCY, "missing-dependency",                       \
	  "Install that library on this host.")                                \
	X(RULE_LOAD_FAILED, "load-failed",                                     \
	  "Show the reason to the plugin's vendor.")                           \
	X(RULE_NO_OPEN_SYMBOL, "no-open-symbol",                               \
	  "Its vendor must define bsn_plugin_open and export it.")             \
	X(RULE_CRASH, "crash", "Show the reason to the plugin's vendor.")      \
	X(RULE_HANG, "hang",                                                   \
	  "Show the reason to the plugin's vendor, or give it more time: "     \
	  "[plugins] scan_timeout_ms.")                                        \
	X(RULE_EXIT, "exit", "Show the reason to the plugin's vendor.")        \
	X(RULE_GARBAGE, "garbage", "Show the reason to the plugin's vendor.")  \
	X(RULE_OPEN_FAILED, "open-failed",                                     \
	  "Do what the plugin's reason asks for.")                             \
	X(RULE_BAD_TABLE, "bad-table",                                         \
	  "Show the reason to the plugin's vendor.")                           \
	X(RULE_MISSING_MEMBER, "missing-member",                               \
	  "Show the reason to the plugin's vendor.")                           \
	X(RULE_NOTE_MISMATCH, "note-mismatch",                                 \
	  "Show the reason to the plugin's vendor.")                           \
	X(RULE_FAILED_KNOWN_ANSWER, "failed-known-answer",                     \
	  "Do not use it; show the reason to the plugin's vendor.")            \
	X(RULE_DUPLICATE_NAME, "duplicate-name",                               \
	  "Remove one of the two files.")                                      \
	X(RULE_SCAN_FAILED, "scan-failed",                                     \
	  "Check that the host is completely installed and not short of "      \
	  "memory or processes.")

typedef enum {
	RULE_NONE,
#define PLUGIN_RULE_X(symbol, id, remedy) symbol,
	PLUGIN_RULE_MAP(PLUGIN_RULE_X)
#undef PLUGIN_RULE_X
} PluginRule;

/* The stable id; "" for RULE_NONE. */
const char *plugin_rule_id(PluginRule rule);
/* RULE_NONE for an unknown id. */
PluginRule plugin_rule_from_id(const char *id);

/* Longest reason, in bytes; longer ones are cut. */
#define REFUSAL_REASON_MAX 1024

/* Why a file is refused; all zero while it is not. */
typedef struct {
	PluginRule rule;
	char *reason; /* UTF-8, about the file: "is not an ELF file: ..." */
	char *remedy;
} Refusal;

/* Fills in a refusal with the rule's own remedy. The reason becomes valid,
 * printable UTF-8. Always FALSE, so that a check can end with it. */
gboolean refuse(Refusal *refusal, PluginRule rule, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* Frees what is inside and sets it to zero. */
void refusal_clear(Refusal *refusal);

/* Foreign text, fit to be shown: valid UTF-8 without control characters and of
 * at most max_bytes. `len` is -1 for NUL-terminated text. */
char *plugin_text(const char *text, gssize len, gsize max_bytes);

#endif
