"""How often people slip in a list of steps, and how often tools put machines right again."""

from scalelab.facts.fact import Fact

# Median of a lognormal law with an error factor of 5; of a step that is left out, not of one that
# is done wrongly, which has the same median.
STEP_LEFT_OUT = Fact(
    0.003,
    "of the steps",
    "A. D. Swain and H. E. Guttmann, NUREG/CR-1278 (THERP), as Idaho National Laboratory's BAHAMAS "
    "has its error of omission, idaholab.github.io/BAHAMAS",
    "1983",
)
ARGO_CD_INTERVAL = Fact(
    120.0, "s", "Argo CD, argocd-cm.yaml: default of timeout.reconciliation", "2026"
)
ARGO_CD_JITTER = Fact(
    60.0, "s", "Argo CD, argocd-cm.yaml: default of timeout.reconciliation.jitter, at most", "2026"
)
PUPPET_INTERVAL = Fact(
    30.0, "min", 'Puppet Core 8 documentation, "Run Puppet agent as a service"', "2026"
)
