/// A ready prompt on the home page; it fills the box and is not sent.
struct Starter: Sendable {
    let title: String
    let icon: String
    let prompt: String
    let assets: String

    init(title: String, icon: String, prompt: String, assets: String = "") {
        self.title = title
        self.icon = icon
        self.prompt = prompt
        self.assets = assets
    }

    static let all: [Self] = [
        Self(
            title: "Enrich leads",
            icon: "spark",
            prompt: """
                Build a lead list for our sales team. Each lead has a company, a contact, a website, a size and a source. \
                We want to add leads one by one or paste many at once, see which fields are still empty, filter by owner \
                and stage, and note what we found out about each company.
                """
        ),
        Self(
            title: "Research competitors",
            icon: "search",
            prompt: """
                Build a competitor tracker. For every competitor keep what they offer, their prices, strengths, \
                weaknesses and news with dates. Show a side-by-side comparison of up to four of them, and a timeline of \
                what changed.
                """
        ),
        Self(
            title: "Onboard employees",
            icon: "users",
            prompt: """
                Build an onboarding checklist for new colleagues. Start from a template per role, assign each step to a \
                person with a due date counted from the first day, show who is waiting for whom, and mark what is late.
                """
        ),
        Self(
            title: "Prepare for meetings",
            icon: "plan",
            prompt: """
                Build a meeting preparation tool. A meeting has a date, people, a goal and an agenda with minutes per \
                item. Collect questions and documents beforehand, take notes under each item, and list the decisions \
                and tasks at the end.
                """
        ),
    ]

    static let suggestions = [
        "Build an equipment register: who has which laptop or phone, since when, in what state, with a history per device.",
        "Build a holiday calendar for the team: people enter their days off, overlaps are shown, and a month fits one page.",
        "Build a small support desk: requests come in with a topic and an urgency, get an owner, and show how long they wait.",
        "Build a decision log: each decision with its date, the reason, the options we refused, and who agreed.",
        "Build a budget overview: planned and spent per project and month, with a warning from 80 percent on.",
    ]
}
