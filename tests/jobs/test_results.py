"""What the Tasks API tells about jobs that did not go well."""

import pytest
from asgiref.sync import async_to_sync
from django_tasks import default_task_backend
from django_tasks.exceptions import TaskResultDoesNotExist, TaskResultMismatch
from errands import break_down, give_up, note

from contact_hub.jobs.worker import run_due


def test_an_error_is_told_with_its_class_and_place(db):
    result = give_up.enqueue("no such mailbox")
    run_due()

    result.refresh()
    (error,) = result.errors
    assert result.status == "FAILED"
    assert error.exception_class.__name__ == "Permanent"
    assert "in give_up" in error.traceback
    with pytest.raises(ValueError, match="failed"):
        result.return_value  # noqa: B018


def test_a_job_that_will_be_tried_again_has_not_failed_yet(db):
    result = break_down.enqueue()
    run_due()

    result.refresh()
    assert (result.status, result.attempts) == ("READY", 1)
    assert result.errors[0].exception_class is ValueError


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "99999999"])
def test_a_result_that_is_not_there_is_said_so(db, number):
    with pytest.raises(TaskResultDoesNotExist):
        default_task_backend.get_result(number)


def test_a_result_of_another_task_is_not_mine(db):
    result = note.enqueue()
    with pytest.raises(TaskResultMismatch):
        give_up.get_result(result.id)


def test_the_tasks_api_works_for_coroutines_too(db):
    result = async_to_sync(note.aenqueue)("x")
    run_due()

    async_to_sync(result.arefresh)()

    assert result.status == "SUCCESSFUL"
