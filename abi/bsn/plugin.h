/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/plugin.h: what makes a shared object a BSN plugin.
 *
 * Two things, no more: the read-only ELF note that BSN_PLUGIN_NOTE makes, and
 * the one exported function bsn_plugin_open. The host reads the note from the
 * file before it loads anything, so none of a plugin's code, its constructors
 * included, runs under an ABI that it was not compiled for.
 *
 * A plugin is loaded once and stays until the process ends. It is first opened
 * in a child process, where a crash or a hang is a verdict and not an outage.
 *
 * Caveat: a constructor (code that runs before bsn_plugin_open) is legal but
 * conformance reports every effect that it has.
 */
#ifndef BSN_PLUGIN_H
#define BSN_PLUGIN_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bsn_host bsn_host; /* completed in host.h */
typedef struct bsn_plugin bsn_plugin;

/* Kinds, one bit each; a plugin may be several. */
#define BSN_KIND_ENGINE 1u    /* query("bsn.engine/1") answers */
#define BSN_KIND_CONSENSUS 2u /* query("bsn.consensus/1") answers */
#define BSN_KIND_RUNTIME 4u   /* query("bsn.runtime/1") answers */
#define BSN_KIND_CRYPTO 8u    /* query("bsn.crypto/1") answers */

/* Bytes of a plugin id and of a version text in the note, NUL included. */
#define BSN_NOTE_TEXT_MAX 64

/* The descriptor of the ELF note, in the byte order of the file. */
typedef struct bsn_note_desc {
	uint32_t abi_major; /* BSN_ABI_MAJOR that it was compiled with */
	uint32_t abi_minor; /* BSN_ABI_MINOR that it was compiled with */
	uint32_t kinds;     /* BSN_KIND_* */
	uint32_t reserved;  /* 0 */
	char id[BSN_NOTE_TEXT_MAX];      /* "bsn.engine-fisco", "com.acme.x" */
	char version[BSN_NOTE_TEXT_MAX]; /* the plugin's own, "1.4.2" */
} bsn_note_desc;

/* The whole note as it stands in section .note.bsn: the 12-byte header of the
 * ELF specification (System V gABI, "Note Section"), owner, descriptor. */
typedef struct bsn_note {
	uint32_t namesz; /* 4 */
	uint32_t descsz; /* sizeof(bsn_note_desc) */
	uint32_t type;   /* BSN_NOTE_TYPE */
	char name[4];    /* "BSN" */
	bsn_note_desc desc;
} bsn_note;

#define BSN_NOTE_SECTION ".note.bsn"
#define BSN_NOTE_TYPE 1u

/* AddressSanitizer would pad the note, and a padded note is none. */
#if defined(__clang__)
#define BSN_NOTE_UNPADDED __attribute__((no_sanitize("address")))
#else
#define BSN_NOTE_UNPADDED
#endif

/* Puts the note into the plugin. Once, at file scope, with a semicolon. */
#define BSN_PLUGIN_NOTE(plugin_id, plugin_version, plugin_kinds)               \
	BSN_NOTE_UNPADDED                                                      \
	__attribute__((section(BSN_NOTE_SECTION), used,                        \
		       aligned(4))) static const bsn_note bsn_plugin_note = {  \
		4u, (uint32_t)sizeof(bsn_note_desc), BSN_NOTE_TYPE,            \
		{ 'B', 'S', 'N', '\0' },                                       \
		{ BSN_ABI_MAJOR, BSN_ABI_MINOR, (plugin_kinds), 0u,            \
		  plugin_id, plugin_version }                                  \
	}

/* Marks bsn_plugin_open as the one symbol that is exported; compile the rest
 * with -fvisibility=hidden. */
#if defined(__GNUC__)
#define BSN_EXPORT __attribute__((visibility("default")))
#else
#define BSN_EXPORT
#endif

/* A plugin, as it describes itself. It lives as long as the process. */
struct bsn_plugin {
	BSN_TABLE_HEAD; /* flags: BSN_PLUGIN_* */
	const char *id;      /* the note's id */
	const char *version; /* the note's version */
	const char *name;    /* for people: "FISCO BCOS style engine" */
	const char *vendor;  /* who answers for it */
	const char *licence; /* SPDX expression */

	/* Answers the plugin's table for an interface id such as
	 * "bsn.engine/1", whose header has the typed accessor.
	 *
	 * Returns: a table that lives as long as the process, or NULL: not
	 *          offered.
	 * In:      id, NUL-terminated.
	 * [any] */
	const void *(*query)(const char *id);

	/* Lets the plugin finish before the process ends. Optional. Every
	 * chain is closed by then; the code is not unloaded.
	 *
	 * [main] */
	void (*close)(void);
};

/* Required members, X(member). */
#define BSN_PLUGIN_REQUIRED(X)                                                 \
	X(id) X(version) X(name) X(vendor) X(licence) X(query)

/* The plugin does input and output of its own through host services that only
 * such plugins get; the deterministic simulator refuses it and says why. */
#define BSN_PLUGIN_DOES_IO 1u

/* The one exported function. The host calls it once per process.
 *
 * Returns: BSN_OK and the plugin, or why it cannot work here.
 * In:      host, valid as long as the process.
 * Out:     plugin.
 * Errors:  BSN_E_VERSION when a host service that it needs is not offered;
 *          any other; the reason is shown to the node's administrator.
 * [main] */
BSN_EXPORT int32_t bsn_plugin_open(const bsn_host *host,
				   const bsn_plugin **plugin, bsn_err *err);

typedef int32_t (*bsn_plugin_open_fn)(const bsn_host *host,
				      const bsn_plugin **plugin, bsn_err *err);

#define BSN_PLUGIN_OPEN_SYMBOL "bsn_plugin_open"

#ifdef __cplusplus
}
#endif

#endif /* BSN_PLUGIN_H */
