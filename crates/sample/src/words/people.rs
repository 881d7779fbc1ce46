//! Names of people by region, the common ones first.

use super::Region;

/// First and last names that go together.
pub struct Names {
    pub region: Region,
    pub first: &'static [&'static str],
    pub last: &'static [&'static str],
}

// A line a name would be a page a region.
#[rustfmt::skip]
pub const NAMES: &[Names] = &[
    Names {
        region: Region::English,
        first: &[
            "James", "Mary", "Robert", "Patricia", "John", "Jennifer", "Michael", "Linda", "David",
            "Elizabeth", "William", "Barbara", "Richard", "Susan", "Joseph", "Jessica", "Thomas", "Sarah",
            "Christopher", "Karen", "Charles", "Lisa", "Daniel", "Nancy", "Matthew", "Sandra", "Anthony",
            "Ashley", "Mark", "Emily", "Steven", "Donna", "Andrew", "Michelle", "Joshua", "Carol", "Kevin",
            "Amanda", "Brian", "Melissa", "George", "Deborah", "Timothy", "Stephanie", "Jason", "Rebecca",
            "Ryan", "Laura", "Olivia", "Ethan", "Grace", "Oliver", "Chloe", "Harry", "Amelia", "Jack",
            "Isla", "Noah", "Ruby", "Samuel",
        ],
        last: &[
            "Smith", "Johnson", "Williams", "Brown", "Jones", "Miller", "Davis", "Wilson", "Anderson",
            "Taylor", "Thomas", "Moore", "Jackson", "Martin", "Lee", "Thompson", "White", "Harris", "Clark",
            "Lewis", "Robinson", "Walker", "Young", "Allen", "King", "Wright", "Scott", "Hill", "Green",
            "Adams", "Baker", "Hall", "Campbell", "Mitchell", "Carter", "Roberts", "Phillips", "Evans",
            "Turner", "Parker", "Collins", "Edwards", "Stewart", "Morris", "Murphy", "Cook", "Rogers",
            "Morgan", "Cooper", "Reed", "Bailey", "Bell", "Kelly", "Howard", "Ward", "Cox", "Richardson",
            "Wood", "Watson", "Brooks", "Bennett", "Gray", "Hughes", "Price", "Sanders", "Foster", "Barnes",
            "Fisher", "Hamilton", "Graham", "Sullivan", "Wallace", "Marshall", "Webb",
        ],
    },
    Names {
        region: Region::German,
        first: &[
            "Anna", "Thomas", "Maria", "Michael", "Sabine", "Andreas", "Susanne", "Peter", "Petra",
            "Stefan", "Monika", "Christian", "Claudia", "Klaus", "Julia", "Martin", "Andrea", "Markus",
            "Katharina", "Frank", "Nicole", "Jan", "Birgit", "Matthias", "Stefanie", "Sebastian", "Lena",
            "Alexander", "Laura", "Daniel", "Sarah", "Lukas", "Hannah", "Felix", "Leonie", "Jonas", "Emma",
            "Maximilian", "Clara", "Jürgen",
        ],
        last: &[
            "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz",
            "Hoffmann", "Schäfer", "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann",
            "Schwarz", "Zimmermann", "Braun", "Krüger", "Hofmann", "Hartmann", "Lange", "Schmitt", "Werner",
            "Krause", "Meier", "Lehmann", "Schmid", "Schulze", "Maier", "Köhler", "Herrmann", "König",
            "Walter", "Mayer", "Huber", "Kaiser", "Fuchs", "Peters", "Lang", "Scholz", "Möller", "Weiß",
            "Jung", "Hahn", "Vogel", "Keller",
        ],
    },
    Names {
        region: Region::French,
        first: &[
            "Marie", "Jean", "Nathalie", "Pierre", "Isabelle", "Michel", "Sylvie", "Philippe", "Catherine",
            "Nicolas", "Camille", "Julien", "Sophie", "Thomas", "Céline", "Alexandre", "Aurélie",
            "Guillaume", "Émilie", "Antoine", "Claire", "Mathieu", "Léa", "Hugo", "Manon", "Lucas", "Chloé",
            "Louis", "Inès", "Gabriel",
        ],
        last: &[
            "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau",
            "Laurent", "Simon", "Michel", "Lefebvre", "Leroy", "Roux", "David", "Bertrand", "Morel",
            "Fournier", "Girard", "Bonnet", "Dupont", "Lambert", "Fontaine", "Rousseau", "Vincent",
            "Muller", "Lefèvre", "Faure", "André", "Mercier", "Blanc", "Guérin", "Boyer", "Garnier",
            "Chevalier", "François", "Legrand", "Gauthier", "Garcia",
        ],
    },
    Names {
        region: Region::Iberian,
        first: &[
            "María", "Antonio", "Carmen", "José", "Ana", "Manuel", "Laura", "Francisco", "Isabel", "David",
            "Cristina", "Juan", "Marta", "Javier", "Lucía", "Daniel", "Elena", "Carlos", "Paula", "Jesús",
            "Sara", "Alejandro", "Rafael", "Pilar", "Miguel", "Sofía", "Pablo", "Beatriz", "Sergio",
            "Fernanda",
        ],
        last: &[
            "García", "Rodríguez", "González", "Fernández", "López", "Martínez", "Sánchez", "Pérez",
            "Gómez", "Martín", "Jiménez", "Hernández", "Ruiz", "Díaz", "Moreno", "Muñoz", "Álvarez",
            "Romero", "Gutiérrez", "Alonso", "Navarro", "Torres", "Domínguez", "Ramos", "Vázquez",
            "Ramírez", "Gil", "Serrano", "Morales", "Molina", "Silva", "Santos", "Oliveira", "Souza",
            "Pereira", "Costa", "Ferreira", "Almeida", "Carvalho", "Ribeiro",
        ],
    },
    Names {
        region: Region::Italian,
        first: &[
            "Giulia", "Marco", "Francesca", "Andrea", "Chiara", "Luca", "Sara", "Alessandro", "Martina",
            "Matteo", "Elena", "Lorenzo", "Valentina", "Davide", "Federica", "Simone", "Silvia", "Giuseppe",
            "Paola", "Antonio", "Laura", "Riccardo", "Anna", "Stefano", "Roberta",
        ],
        last: &[
            "Rossi", "Russo", "Ferrari", "Esposito", "Bianchi", "Romano", "Colombo", "Ricci", "Marino",
            "Greco", "Bruno", "Gallo", "Conti", "De Luca", "Mancini", "Costa", "Giordano", "Rizzo",
            "Lombardi", "Moretti", "Barbieri", "Fontana", "Santoro", "Mariani", "Rinaldi", "Caruso",
            "Ferrara", "Galli", "Martini", "Leone",
        ],
    },
    Names {
        region: Region::Nordic,
        first: &[
            "Anna", "Erik", "Maria", "Lars", "Karin", "Anders", "Kristina", "Per", "Emma", "Johan", "Eva",
            "Mikael", "Sofia", "Karl", "Ingrid", "Nils", "Hanna", "Jonas", "Linnea", "Oskar", "Astrid",
            "Magnus", "Freja", "Henrik", "Elsa", "Mads", "Sigrid", "Søren",
        ],
        last: &[
            "Andersson", "Johansson", "Hansen", "Nielsen", "Karlsson", "Nilsson", "Jensen", "Eriksson",
            "Olsen", "Larsson", "Pedersen", "Olsson", "Persson", "Larsen", "Svensson", "Andersen",
            "Gustafsson", "Berg", "Christensen", "Pettersson", "Haugen", "Lindberg", "Sørensen",
            "Lindström", "Virtanen", "Korhonen", "Bergström", "Lund", "Dahl", "Holm",
        ],
    },
    Names {
        region: Region::Polish,
        first: &[
            "Anna", "Piotr", "Katarzyna", "Krzysztof", "Małgorzata", "Andrzej", "Agnieszka", "Tomasz",
            "Barbara", "Paweł", "Ewa", "Marcin", "Magdalena", "Michał", "Joanna", "Grzegorz", "Aleksandra",
            "Jakub", "Monika", "Łukasz", "Zofia", "Wojciech",
        ],
        last: &[
            "Nowak", "Kowalski", "Wiśniewski", "Wójcik", "Kowalczyk", "Kamiński", "Lewandowski",
            "Zieliński", "Szymański", "Woźniak", "Dąbrowski", "Kozłowski", "Mazur", "Jankowski",
            "Kwiatkowski", "Krawczyk", "Kaczmarek", "Piotrowski", "Grabowski", "Zając", "Pawłowski", "Król",
            "Wieczorek", "Wróbel",
        ],
    },
    Names {
        region: Region::Indian,
        first: &[
            "Priya", "Rahul", "Anjali", "Amit", "Sunita", "Sanjay", "Pooja", "Vijay", "Neha", "Rajesh",
            "Kavita", "Arjun", "Deepika", "Suresh", "Meera", "Anil", "Divya", "Vikram", "Lakshmi", "Rohan",
            "Asha", "Karthik", "Nisha", "Manoj", "Shreya", "Ravi",
        ],
        last: &[
            "Kumar", "Singh", "Sharma", "Patel", "Gupta", "Reddy", "Das", "Shah", "Verma", "Nair", "Mehta",
            "Iyer", "Joshi", "Rao", "Mishra", "Khan", "Pillai", "Chopra", "Banerjee", "Malhotra", "Desai",
            "Kapoor", "Menon", "Bhat", "Agarwal", "Chatterjee",
        ],
    },
    Names {
        region: Region::Japanese,
        first: &[
            "Yuki", "Haruto", "Sakura", "Sota", "Yui", "Takashi", "Aoi", "Kenji", "Hina", "Hiroshi", "Akiko",
            "Daiki", "Emi", "Kaito", "Naoko", "Ryo", "Mai", "Shinji", "Keiko", "Ren",
        ],
        last: &[
            "Sato", "Suzuki", "Takahashi", "Tanaka", "Watanabe", "Ito", "Yamamoto", "Nakamura", "Kobayashi",
            "Kato", "Yoshida", "Yamada", "Sasaki", "Yamaguchi", "Matsumoto", "Inoue", "Kimura", "Hayashi",
            "Shimizu", "Mori",
        ],
    },
];

/// Departments, and the titles in them from the top down.
pub const DEPARTMENTS: &[(&str, &[&str])] = &[
    (
        "Management",
        &["Chief Executive Officer", "Managing Director", "General Manager", "Assistant to the Board"],
    ),
    (
        "Operations",
        &[
            "Chief Operating Officer",
            "Head of Operations",
            "Plant Manager",
            "Operations Manager",
            "Shift Supervisor",
        ],
    ),
    (
        "Engineering",
        &[
            "Chief Technology Officer",
            "Head of Engineering",
            "Engineering Manager",
            "Automation Engineer",
            "Process Engineer",
        ],
    ),
    ("Purchasing", &["Head of Procurement", "Purchasing Manager", "Strategic Buyer", "Buyer"]),
    ("Finance", &["Chief Financial Officer", "Finance Director", "Controller", "Accountant"]),
    (
        "IT",
        &["Chief Information Officer", "Head of IT", "IT Manager", "System Administrator", "Data Engineer"],
    ),
    ("Quality", &["Head of Quality", "Quality Manager", "Laboratory Manager"]),
    ("Maintenance", &["Head of Maintenance", "Maintenance Manager", "Maintenance Technician"]),
    ("Sales", &["Sales Director", "Key Account Manager", "Sales Manager"]),
    ("Marketing", &["Marketing Director", "Marketing Manager", "Communications Manager"]),
];
