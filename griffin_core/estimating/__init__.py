"""What decoding would take on a machine that is not here, from byte counts alone. Knows no torch and no clock."""

from griffin_core.estimating.bandwidths import BANDWIDTHS as BANDWIDTHS
from griffin_core.estimating.bandwidths import DeviceBandwidth as DeviceBandwidth
from griffin_core.estimating.bandwidths import find_bandwidth as find_bandwidth
from griffin_core.estimating.checking import CheckedFigure as CheckedFigure
from griffin_core.estimating.checking import Fit as Fit
from griffin_core.estimating.checking import MeasuredRow as MeasuredRow
from griffin_core.estimating.checking import check_row as check_row
from griffin_core.estimating.checking import fit as fit
from griffin_core.estimating.checking import read_rows as read_rows
from griffin_core.estimating.estimate import DTYPE_BYTES as DTYPE_BYTES
from griffin_core.estimating.estimate import FIXED_MS as FIXED_MS
from griffin_core.estimating.estimate import SHARE_OF_MEASURED as SHARE_OF_MEASURED
from griffin_core.estimating.estimate import SHARE_OF_PUBLISHED as SHARE_OF_PUBLISHED
from griffin_core.estimating.estimate import Estimate as Estimate
from griffin_core.estimating.estimate import dtype_bytes_of as dtype_bytes_of
from griffin_core.estimating.estimate import estimate as estimate
from griffin_core.estimating.shapes import SHAPES as SHAPES
from griffin_core.estimating.shapes import ModelShape as ModelShape
from griffin_core.estimating.shapes import find_shape as find_shape
