/* baton-fault-private.h: a folder with faults, and its files
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <sqlite3.h>

#include "baton-fault-vfs.h"

G_BEGIN_DECLS

#define BATON_FAULT_VFS_NAME "baton-fault"

typedef enum
{
  FAULT_NONE,
  FAULT_STOP,
  FAULT_POWER,
  FAULT_FULL,
  FAULT_READS,
} BatonFaultKind;

typedef struct
{
  char *path;
  sqlite3_int64 offset;
  sqlite3_int64 size; /* of the file before */
  GBytes *before;     /* as far as the file went; NULL: it was cut off at @offset */
  GBytes *after;
} BatonFaultUnsynced;

typedef struct
{
  guint64 writes;
  BatonFaultKind fault;
  guint64 left; /* writes until it strikes */
  gboolean torn;
  gboolean struck;
  guint32 seed;
  GPtrArray *unsynced; /* of BatonFaultUnsynced, in order */
} BatonFaultFolder;

typedef struct
{
  sqlite3_vfs *real;
  GMutex mutex;
  GHashTable *folders; /* path → BatonFaultFolder */
} BatonFaultState;

typedef struct
{
  sqlite3_file base;
  sqlite3_file *real; /* behind this */
  BatonFaultState *state;
  BatonFaultFolder *folder; /* NULL: a temporary file */
  char *path;
} BatonFaultFile;

void baton_fault_folder_free (BatonFaultFolder *folder);
BatonFaultState *baton_fault_get_state (void);
char *baton_fault_dup_real_path (const char *path);
BatonFaultFolder *baton_fault_lock_folder (BatonFaultState *state, const char *path);
BatonFaultFolder *baton_fault_lock_folder_of (BatonFaultState *state, const char *file);
/* Counts a write, and tells whether it may be done. Locked. */
gboolean
baton_fault_may_write (BatonFaultFolder *folder, gboolean grows, gboolean *torn, int *result);
void
baton_fault_remember (BatonFaultFile *file, const void *data, int amount, sqlite3_int64 offset);
void baton_fault_confirm (BatonFaultFolder *folder, const char *path);
void baton_fault_lose (BatonFaultFolder *folder);
/* Without mapped pages: what is written through a map cannot be seen */
extern const sqlite3_io_methods baton_fault_file_methods;

G_END_DECLS
