"""What is the value of a property for a material, how sure is that, and says who: one answer for everybody who asks.

`PredictionService` is asked by `predict`, the cycle, `design`, `screen`, `map`, `path`, `effects` and `explain`. It knows the
predictors (plug-ins), the models that come with the package, and those that a store keeps; it does not know the store.
`choose` says who answers which question, and why; everything else here carries the answer out.
"""

from quinary.prediction.answer import CONFIDENCE, Answer, interval_of
from quinary.prediction.choice import Choice, choose
from quinary.prediction.documents import predict_documents
from quinary.prediction.options import Option
from quinary.prediction.service import PredictionService, packaged_service

__all__ = [
    "CONFIDENCE",
    "Answer",
    "Choice",
    "Option",
    "PredictionService",
    "choose",
    "interval_of",
    "packaged_service",
    "predict_documents",
]
