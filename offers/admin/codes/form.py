"""The form of a batch: all of it while it is new, its name and period afterwards."""

from django.core.exceptions import ValidationError

from catalog.admin.amounts import AmountForm
from offers.services.codes.check import CodeSample, clean_prefix, find_batch_faults, sample_codes


class CodeBatchForm(AmountForm):
    """Refuses batches whose codes could be guessed, and those of an offer that is for everyone."""

    def clean_prefix(self) -> str:
        """Return the prefix as codes are compared."""
        return clean_prefix(self.cleaned_data["prefix"])

    def full_clean(self) -> None:
        """Check the fields; where they are right, check what they mean together."""
        super().full_clean()
        if not self.is_bound or self.errors or self.instance.pk:
            return
        for fault in find_batch_faults(self.instance):
            column = fault.column if fault.column in self.fields else None
            self.add_error(column, ValidationError(fault.text, code=fault.code))

    def sample(self) -> CodeSample | None:
        """Return codes as the posted batch would have them; None where the form has errors."""
        return sample_codes(self.instance) if self.is_valid() else None
