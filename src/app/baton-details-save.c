/* baton-details-save.c: what is typed and chosen in the details goes to the database
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What cannot be saved is kept where the person can try again: text in its widget while the task is shown; all else, and text of
 * other tasks, in a list.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-details-private.h"

#include <glib/gi18n-lib.h>

#include "baton-edits.h"

#define SAVE_DELAY_MS 600

/* What is on its way to the database; kept until it is there */
typedef struct
{
  BatonDetails *details; /* owned; NULL while it is in the list of failed ones */
  GPtrArray *edits;      /* owned */
  const char *label;
  guint generation;
  BatonDetailsPart parts;
} Save;

void
baton_details_save_free (gpointer pointer)
{
  Save *save = pointer;

  g_clear_object (&save->details);
  g_ptr_array_unref (save->edits);
  g_free (save);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, baton_details_save_free)

static const BatonEdit *
get_edit (Save *save)
{
  return g_ptr_array_index (save->edits, 0);
}

static gboolean
is_text_shown (Save *save, BatonDetails *self)
{
  return save->generation == self->generation &&
         (save->parts & (BATON_DETAILS_TITLE | BATON_DETAILS_NOTES)) != 0;
}

static void
give_tags_back (BatonDetails *self, Save *save)
{
  g_autoptr (GStrvBuilder) tags = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (get_edit (save), &n_fields);

  for (guint i = 0; i < n_fields; i++)
    g_strv_builder_add (tags, fields[i].key + strlen ("tags."));
  all = g_strv_builder_end (tags);
  baton_tag_editor_give_back (self->tag_editor, (const char *const *) all);
}

static void
show_failure (BatonDetails *self, const char *message)
{
  /* Translators: %s is the reason */
  g_autofree char *text = g_strdup_printf (_ ("Not saved: %s"), message);

  adw_banner_set_title (self->banner, text);
  adw_banner_set_revealed (self->banner, TRUE);
}

/* A choice that is not valid would not be at the next try either */
static gboolean
is_worth_a_try (Save *save, BatonDetails *self, const GError *error)
{
  if ((save->parts & BATON_DETAILS_CHOICE) != 0)
    return !g_error_matches (error, BATON_ERROR, BATON_ERROR_VALIDATION);
  return save->generation != self->generation;
}

static void
keep_failed (BatonDetails *self, Save *save, const GError *error)
{
  g_autoptr (Save) kept = save;

  if (save->generation == self->generation)
    {
      self->title_dirty |= (save->parts & BATON_DETAILS_TITLE) != 0;
      self->notes_dirty |= (save->parts & BATON_DETAILS_NOTES) != 0;
      if ((save->parts & BATON_DETAILS_TAGS) != 0)
        give_tags_back (self, save);
    }
  if (!is_worth_a_try (save, self, error))
    return;
  g_clear_object (&kept->details);
  g_ptr_array_add (self->failed, g_steal_pointer (&kept));
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Save) save = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDetails) self = g_object_ref (save->details);
  gboolean saved = baton_store_apply_finish (BATON_STORE (source), result, &error);

  self->n_saving--;
  if (is_text_shown (save, self))
    self->in_flight--;
  /* The window may be gone */
  if (self->store == NULL)
    return;
  if (!saved)
    {
      keep_failed (self, g_steal_pointer (&save), error);
      show_failure (self, error->message);
    }
  else if (self->in_flight == 0 && self->failed->len == 0)
    adw_banner_set_revealed (self->banner, FALSE);
  baton_details_refresh (self);
  if (self->n_saving == 0)
    g_signal_emit_by_name (self, "settled");
}

static void
start (BatonDetails *self, Save *save)
{
  g_set_object (&save->details, self);
  self->n_saving++;
  if (is_text_shown (save, self))
    self->in_flight++;
  baton_store_apply_async (self->store, save->edits, save->label, NULL, saved_cb, save);
}

static gboolean
writes_same (const BatonEdit *one, const BatonEdit *other)
{
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (one, &n_fields);

  if (!g_str_equal (baton_edit_get_record (one), baton_edit_get_record (other)))
    return FALSE;
  for (guint i = 0; i < n_fields; i++)
    if (baton_edit_lookup (other, fields[i].key) != NULL)
      return TRUE;
  return FALSE;
}

/* A choice that failed is not tried again where the person has chosen anew */
static void
forget_failed_choice (BatonDetails *self, Save *save)
{
  for (guint i = self->failed->len; i > 0; i--)
    {
      Save *failed = g_ptr_array_index (self->failed, i - 1);

      if ((failed->parts & BATON_DETAILS_CHOICE) != 0 &&
          writes_same (get_edit (failed), get_edit (save)))
        g_ptr_array_remove_index (self->failed, i - 1);
    }
}

void
baton_details_apply (BatonDetails *self,
                     GPtrArray *edits,
                     const char *label,
                     BatonDetailsPart parts)
{
  Save *save = g_new0 (Save, 1);

  save->edits = edits;
  save->label = label;
  save->generation = self->generation;
  save->parts = parts;
  forget_failed_choice (self, save);
  start (self, save);
}

/* What the task reads is not what it will read while a save is on its way; the store drops an edit that changes nothing. */
static gboolean
is_as_saved (BatonDetails *self, const char *field, const char *text)
{
  const char *saved = baton_task_get_text (self->task, field);

  return self->in_flight == 0 && g_str_equal (text, saved != NULL ? saved : "");
}

static BatonDetailsPart
put_title (BatonDetails *self, BatonEdit *edit)
{
  g_autofree char *title = baton_details_dup_title (self);

  if (!self->title_dirty || *title == '\0')
    return 0;
  self->title_dirty = FALSE;
  if (is_as_saved (self, "title", title))
    return 0;
  baton_edit_set_text (edit, "title", title);
  return BATON_DETAILS_TITLE;
}

static BatonDetailsPart
put_notes (BatonDetails *self, BatonEdit *edit)
{
  g_autofree char *notes = NULL;

  if (!self->notes_dirty)
    return 0;
  self->notes_dirty = FALSE;
  notes = baton_details_dup_notes (self);
  if (is_as_saved (self, "description", notes))
    return 0;
  baton_edit_set_text (edit, "description", *notes != '\0' ? notes : NULL);
  return BATON_DETAILS_NOTES;
}

void
baton_details_save_text (BatonDetails *self)
{
  g_autoptr (BatonEdit) edit = NULL;
  BatonDetailsPart parts;

  g_clear_handle_id (&self->save_id, g_source_remove);
  if (self->task == NULL)
    return;
  edit = baton_edit_new (BATON_ENTITY_TASK, baton_task_get_id (self->task));
  parts = put_title (self, edit);
  parts |= put_notes (self, edit);
  if (parts != 0)
    baton_details_apply (self, baton_edits_take (g_steal_pointer (&edit)),
                         (parts & BATON_DETAILS_NOTES) != 0 ? _ ("Edit Notes") : _ ("Rename Task"),
                         parts);
}

static void
save_timeout_cb (gpointer data)
{
  BatonDetails *self = BATON_DETAILS (data);

  self->save_id = 0;
  baton_details_save_text (self);
}

void
baton_details_save_later (BatonDetails *self)
{
  g_clear_handle_id (&self->save_id, g_source_remove);
  self->save_id = g_timeout_add_once (SAVE_DELAY_MS, save_timeout_cb, self);
}

static void
restore_text (BatonDetails *self, Save *save)
{
  const BatonEditField *title = baton_edit_lookup (get_edit (save), "title");
  const BatonEditField *notes = baton_edit_lookup (get_edit (save), "description");
  const char *text = notes != NULL ? baton_value_get_text (&notes->value) : NULL;

  if ((save->parts & BATON_DETAILS_TITLE) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->title_row), baton_value_get_text (&title->value));
  if ((save->parts & BATON_DETAILS_NOTES) != 0)
    gtk_text_buffer_set_text (self->notes_buffer, text != NULL ? text : "", -1);
  if ((save->parts & BATON_DETAILS_TAGS) != 0)
    give_tags_back (self, save);
}

void
baton_details_restore (BatonDetails *self)
{
  guint i = 0;

  while (self->task != NULL && i < self->failed->len)
    {
      Save *save = g_ptr_array_index (self->failed, i);

      if ((save->parts & BATON_DETAILS_CHOICE) != 0 ||
          !g_str_equal (baton_edit_get_record (get_edit (save)), baton_task_get_id (self->task)))
        {
          i++;
          continue;
        }
      restore_text (self, save);
      g_ptr_array_remove_index (self->failed, i);
    }
}

void
baton_details_retry (BatonDetails *self)
{
  g_autoptr (GPtrArray) failed = g_steal_pointer (&self->failed);

  self->failed = g_ptr_array_new_with_free_func (baton_details_save_free);
  adw_banner_set_revealed (self->banner, FALSE);
  while (failed->len > 0)
    start (self, g_ptr_array_steal_index (failed, 0));
  baton_details_flush (self);
}

gboolean
baton_details_is_saving (BatonDetails *self)
{
  g_return_val_if_fail (BATON_IS_DETAILS (self), FALSE);

  return self->n_saving > 0;
}

gboolean
baton_details_is_unsaved (BatonDetails *self)
{
  g_autofree char *title = NULL;

  g_return_val_if_fail (BATON_IS_DETAILS (self), FALSE);

  /* A title that was emptied is none to save */
  title = baton_details_dup_title (self);
  return self->n_saving > 0 || self->failed->len > 0 || self->notes_dirty ||
         (self->title_dirty && *title != '\0') || baton_tag_editor_has_text (self->tag_editor);
}

gboolean
baton_details_has_told (BatonDetails *self)
{
  g_return_val_if_fail (BATON_IS_DETAILS (self), FALSE);

  return adw_banner_get_revealed (self->banner);
}
