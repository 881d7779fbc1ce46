# What people read about companies, people, leads, deals and products.

## Companies

object-company = Company
    .plural = Companies
object-company-first = Bring in your customers
object-company-first-hint = Import the companies you know from a file, or create the first one by hand.

company--name = Name
company--website = Website
company--domain = E-mail domain
    .help = Taken from the website; leads people with such an e-mail address to this company.
company--phone = Phone
company--fax = Fax
company--type = Type
company--type--prospect = Prospect
company--type--customer = Customer
company--type--partner = Partner
company--type--reseller = Reseller
company--type--integrator = Integrator
company--type--investor = Investor
company--type--analyst = Analyst
company--type--press = Press
company--type--competitor = Competitor
company--type--other = Other
company--industry = Industry
company--industry--agriculture = Agriculture
company--industry--apparel = Apparel
company--industry--banking = Banking
company--industry--biotechnology = Biotechnology
company--industry--chemicals = Chemicals
company--industry--communications = Communications
company--industry--construction = Construction
company--industry--consulting = Consulting
company--industry--education = Education
company--industry--electronics = Electronics
company--industry--employment = Employment
company--industry--energy = Energy
company--industry--engineering = Engineering
company--industry--entertainment = Entertainment
company--industry--environmental = Environmental
company--industry--finance = Finance
company--industry--food_and_beverage = Food and beverage
company--industry--government = Government
company--industry--healthcare = Healthcare
company--industry--hospitality = Hospitality
company--industry--insurance = Insurance
company--industry--machinery = Machinery
company--industry--manufacturing = Manufacturing
company--industry--marketing = Marketing
company--industry--media = Media
company--industry--medical = Medical
company--industry--not_for_profit = Not for profit
company--industry--recreation = Recreation
company--industry--retail = Retail
company--industry--services = Services
company--industry--shipping = Shipping
company--industry--software = Software
company--industry--technology = Technology
company--industry--telecommunications = Telecommunications
company--industry--transportation = Transportation
company--industry--utilities = Utilities
company--industry--other = Other
company--rating = Rating
company--rating--hot = Hot
company--rating--warm = Warm
company--rating--cold = Cold
company--parent = Parent company
    .related = Subsidiaries
    .new = New subsidiary
company--primary_person = Primary contact
company--annual_revenue = Annual revenue
company--employees = Employees
company--year_established = Year established
company--ownership = Ownership
company--ownership--public = Public
company--ownership--private = Private
company--ownership--subsidiary = Subsidiary
company--ownership--other = Other
company--billing = Billing address
company--shipping = Shipping address
company--account_number = Account number
company--ticker_symbol = Ticker symbol
company--sic_code = SIC code
company--naics_code = NAICS code
company--duns_number = D-U-N-S number
company--linkedin = LinkedIn
company--description = Description

company-rule-not_its_own_parent = A company cannot be its own parent.
company-rule-employees_not_negative = Enter 0 employees or more.
company-rule-year_is_a_year = Enter a year with four digits.

company-view-all = All companies
company-view-mine = My companies
company-view-customers = Customers
company-view-prospects = Prospects
company-view-recent = Recently created

company-section-details = Details
company-section-size = Size
company-section-addresses = Addresses
company-section-more = More

## People

object-person = Person
    .plural = People

person--name = Name
person--company = Company
person--job_title = Job title
person--department = Department
person--email = E-mail
person--other_email = Other e-mail
person--phone = Phone
person--mobile = Mobile
person--home_phone = Home phone
person--reports_to = Reports to
    .related = Direct reports
person--mailing = Mailing address
person--other_address = Other address
person--birthdate = Birthdate
person--do_not_call = Do not call
person--email_opt_out = No e-mail wanted
person--email_invalid = E-mail does not arrive
person--lead_source = Lead source
person--lead_source--web = Web
person--lead_source--campaign = Campaign
person--lead_source--email = E-mail
person--lead_source--cold_call = Cold call
person--lead_source--existing_customer = Existing customer
person--lead_source--partner_referral = Partner referral
person--lead_source--employee_referral = Employee referral
person--lead_source--word_of_mouth = Word of mouth
person--lead_source--trade_show = Trade show
person--lead_source--conference = Conference
person--lead_source--public_relations = Public relations
person--lead_source--direct_mail = Direct mail
person--lead_source--phone_inquiry = Phone inquiry
person--lead_source--purchased_list = Purchased list
person--lead_source--self_generated = Self generated
person--lead_source--other = Other
person--language = Language
person--linkedin = LinkedIn
person--description = Description

person-rule-not_their_own_boss = Nobody reports to themselves.
person-rule-born_before_today = The date of birth lies in the future.

person-view-all = All people
person-view-mine = My people
person-view-recent = Recently created
person-view-without_company = Without a company

person-section-details = Details
person-section-contact = How to reach them
person-section-consent = Consent
person-section-addresses = Addresses
person-section-more = More

## Leads

object-lead = Lead
    .plural = Leads

lead--name = Name
lead--company_name = Company
lead--job_title = Job title
lead--email = E-mail
lead--phone = Phone
lead--mobile = Mobile
lead--website = Website
lead--status = Status
lead--status--new = New
lead--status--contacted = Contacted
lead--status--nurturing = Nurturing
lead--status--qualified = Qualified
lead--status--converted = Converted
lead--status--unqualified = Unqualified
lead--status--junk = Junk
lead--lead_source = Lead source
lead--lead_source--web = Web
lead--lead_source--campaign = Campaign
lead--lead_source--email = E-mail
lead--lead_source--cold_call = Cold call
lead--lead_source--existing_customer = Existing customer
lead--lead_source--partner_referral = Partner referral
lead--lead_source--employee_referral = Employee referral
lead--lead_source--word_of_mouth = Word of mouth
lead--lead_source--trade_show = Trade show
lead--lead_source--conference = Conference
lead--lead_source--public_relations = Public relations
lead--lead_source--direct_mail = Direct mail
lead--lead_source--phone_inquiry = Phone inquiry
lead--lead_source--purchased_list = Purchased list
lead--lead_source--self_generated = Self generated
lead--lead_source--other = Other
lead--rating = Rating
lead--rating--hot = Hot
lead--rating--warm = Warm
lead--rating--cold = Cold
lead--industry = Industry
lead--industry--agriculture = Agriculture
lead--industry--apparel = Apparel
lead--industry--banking = Banking
lead--industry--biotechnology = Biotechnology
lead--industry--chemicals = Chemicals
lead--industry--communications = Communications
lead--industry--construction = Construction
lead--industry--consulting = Consulting
lead--industry--education = Education
lead--industry--electronics = Electronics
lead--industry--employment = Employment
lead--industry--energy = Energy
lead--industry--engineering = Engineering
lead--industry--entertainment = Entertainment
lead--industry--environmental = Environmental
lead--industry--finance = Finance
lead--industry--food_and_beverage = Food and beverage
lead--industry--government = Government
lead--industry--healthcare = Healthcare
lead--industry--hospitality = Hospitality
lead--industry--insurance = Insurance
lead--industry--machinery = Machinery
lead--industry--manufacturing = Manufacturing
lead--industry--marketing = Marketing
lead--industry--media = Media
lead--industry--medical = Medical
lead--industry--not_for_profit = Not for profit
lead--industry--recreation = Recreation
lead--industry--retail = Retail
lead--industry--services = Services
lead--industry--shipping = Shipping
lead--industry--software = Software
lead--industry--technology = Technology
lead--industry--telecommunications = Telecommunications
lead--industry--transportation = Transportation
lead--industry--utilities = Utilities
lead--industry--other = Other
lead--annual_revenue = Annual revenue
lead--employees = Employees
lead--address = Address
lead--do_not_call = Do not call
lead--email_opt_out = No e-mail wanted
lead--language = Language
lead--lost_reason = Lost reason
    .help = Why it will not become a customer.
lead--lost_reason--no_response = No response
lead--lost_reason--no_interest = No interest
lead--lost_reason--no_budget = No budget
lead--lost_reason--no_fit = No fit
lead--lost_reason--competitor = Competitor
lead--lost_reason--duplicate = Duplicate
lead--lost_reason--invalid_data = Invalid data
lead--lost_reason--other = Other
lead--utm_source = UTM source
lead--utm_medium = UTM medium
lead--utm_campaign = UTM campaign
lead--description = Description
lead--number = Lead number
lead--called = Lead
lead--contacted_at = First contact
lead--status_changed_at = Status since
lead--converted_at = Converted
lead--converted_company = Company from it
    .related = Converted leads
lead--converted_person = Person from it
    .related = Converted leads
lead--converted_deal = Deal from it
lead--open_tasks = Open tasks
lead--next_task_due = Next task
lead--next_meeting_at = Next meeting
lead--last_task_at = Last task
lead--last_call_at = Last call
lead--last_meeting_at = Last meeting
lead--last_activity_at = Last activity

lead-rule-employees_not_negative = Enter 0 employees or more.

lead-view-open = Open leads
lead-view-mine = My open leads
lead-view-unassigned = Unassigned
lead-view-board = Board
lead-view-not_touched = Not touched yet
lead-view-converted = Converted
lead-view-all = All leads

lead-section-details = Details
lead-section-contact = How to reach them
lead-section-company = Company
lead-section-activity = Activity
lead-section-conversion = Conversion
lead-section-more = More

## Deals

object-deal = Deal
    .plural = Deals
object-deal-first = Put a deal on the board
object-deal-first-hint = It goes through the stages of its pipeline until it is won or lost.

deal--name = Name
deal--company = Company
deal--person = Primary contact
deal--product = Main product
    .related = Main product of
deal--pipeline = Pipeline
deal--pipeline--new_business = New business
deal--pipeline--renewals = Renewals
deal--stage = Stage
deal--stage--prospecting = Prospecting
deal--stage--qualification = Qualification
deal--stage--needs_analysis = Needs analysis
deal--stage--proposal = Proposal
deal--stage--negotiation = Negotiation
deal--stage--upcoming = Upcoming
deal--stage--review = In review
deal--stage--offer_sent = Offer sent
deal--stage--verbal_agreement = Verbal agreement
deal--stage--won = Won
deal--stage--lost = Lost
deal--amount = Amount
    .help = The sum of the products, as long as there are any.
deal--close_date = Close date
deal--probability = Probability
    .help = Follows the stage until you type another one.
deal--forecast_category = Forecast category
deal--forecast_category--omitted = Omitted
deal--forecast_category--pipeline = Pipeline
deal--forecast_category--best_case = Best case
deal--forecast_category--most_likely = Most likely
deal--forecast_category--commit = Commit
deal--forecast_category--closed = Closed
deal--expected_revenue = Expected revenue
deal--type = Type
deal--type--new_customer = New customer
deal--type--existing_upgrade = Existing customer – upgrade
deal--type--existing_replacement = Existing customer – replacement
deal--type--existing_downgrade = Existing customer – downgrade
deal--type--renewal = Renewal
deal--lead_source = Lead source
deal--lead_source--web = Web
deal--lead_source--campaign = Campaign
deal--lead_source--email = E-mail
deal--lead_source--cold_call = Cold call
deal--lead_source--existing_customer = Existing customer
deal--lead_source--partner_referral = Partner referral
deal--lead_source--employee_referral = Employee referral
deal--lead_source--word_of_mouth = Word of mouth
deal--lead_source--trade_show = Trade show
deal--lead_source--conference = Conference
deal--lead_source--public_relations = Public relations
deal--lead_source--direct_mail = Direct mail
deal--lead_source--phone_inquiry = Phone inquiry
deal--lead_source--purchased_list = Purchased list
deal--lead_source--self_generated = Self generated
deal--lead_source--other = Other
deal--next_step = Next step
deal--competitor = Competitor
deal--lost_reason = Lost reason
deal--lost_reason--price = Price
deal--lost_reason--features = Missing features
deal--lost_reason--competitor = Competitor
deal--lost_reason--timing = Timing
deal--lost_reason--no_budget = No budget
deal--lost_reason--no_decision = No decision
deal--lost_reason--no_response = No response
deal--lost_reason--relationship = Relationship
deal--lost_reason--other = Other
deal--lost_note = Lost note
    .help = What would have won it?
deal--description = Description
deal--engaged_on = Engaged on
deal--number = Deal number
deal--stage_changed_at = In stage since
deal--closed_at = Closed
deal--won_at = Won at
deal--lost_at = Lost at
deal--lead = From lead
deal--line_count = Products
deal--lines_total = Sum of products
deal--open_tasks = Open tasks
deal--next_task_due = Next task
deal--next_meeting_at = Next meeting
deal--last_task_at = Last task
deal--last_call_at = Last call
deal--last_meeting_at = Last meeting
deal--last_activity_at = Last activity

deal-rule-amount_not_negative = Enter an amount of 0 or more.
deal-rule-probability_within_bounds = Enter a probability between 0 and 100 percent.
deal-rule-close_after_engaged = The deal cannot close before it was engaged.

deal-view-open = Open deals
deal-view-mine = My open deals
deal-view-board = New business
deal-view-renewals = Renewals
deal-view-closing_this_month = Closing this month
deal-view-overdue = Close date passed
deal-view-stale = Gone quiet
deal-view-won = Won
deal-view-lost = Lost
deal-view-changed = Changed lately
deal-view-all = All deals

deal-section-details = Details
deal-section-money = Money
deal-section-dates = Dates
deal-section-activity = Activity
deal-section-outcome = Outcome
deal-section-more = More

## Products on deals

object-deal_line = Product on a deal
    .plural = Products on deals
    .new = Add a product to a deal

deal_line--deal = Deal
    .related = Products
    .new = Add product
deal_line--product = Product
    .related = On deals
    .new = Add to a deal
deal_line--name = Name
    .help = What the product is called, unless you type something else.
deal_line--quantity = Quantity
deal_line--list_price = List price
deal_line--unit_price = Unit price
    .help = The product’s price, unless you type another.
deal_line--discount = Discount
deal_line--total = Total
deal_line--service_date = Date of service
deal_line--sort_order = Order
deal_line--description = Description

deal_line-rule-quantity_positive = Enter a quantity above 0.
deal_line-rule-discount_within_bounds = Enter a discount between 0 and 100 percent.
deal_line-rule-price_not_negative = Enter a price of 0 or more; for less, give a discount.

deal_line-view-all = All products on deals

deal_line-section-details = Details

## People on deals

object-deal_contact = Person on a deal
    .plural = People on deals
    .new = Add a person to a deal

deal_contact--deal = Deal
    .related = People
    .new = Add person
deal_contact--person = Person
    .related = Deals
    .new = Add to a deal
deal_contact--role = Role
deal_contact--role--primary_decision_maker = Primary decision maker
deal_contact--role--business_decision_maker = Business decision maker
deal_contact--role--technical_decision_maker = Technical decision maker
deal_contact--role--executive_sponsor = Executive sponsor
deal_contact--role--business_evaluator = Business evaluator
deal_contact--role--technical_evaluator = Technical evaluator
deal_contact--role--influencer = Influencer
deal_contact--role--end_user = End user
deal_contact--role--other = Other
deal_contact--primary = Primary contact
deal_contact--name = Name

deal_contact-view-all = All people on deals

deal_contact-section-details = Details

## Products

object-product = Product
    .plural = Products

product--name = Name
product--code = Code
product--family = Family
product--type = Type
product--type--good = Good
product--type--service = Service
product--type--subscription = Subscription
product--unit_price = Unit price
product--unit = Unit
product--active = Active
product--description = Description

product-rule-price_not_negative = Enter a price of 0 or more.

product-view-active = Active products
product-view-all = All products

product-section-details = Details

## What is wrong, and what to do about it

deal-problem-lost-reason = Say why the deal was lost.
deal-problem-amount-from-lines = The amount is the sum of the deal’s products. Change those.
deal-problem-currency-of-lines = The deal’s products are in { $currency }. Remove them before you change the currency.
deal-problem-no-stage = This pipeline has no stage for that.
deal_line-problem-currency = The deal is in { $currency }; give the price in the same.
lead-problem-convert = Convert the lead with the button: that makes the company, the person and the deal.
lead-problem-converted = This lead has been converted already.
lead-problem-no-person = Give the lead a name before you make a person from it.
lead-problem-no-company = Give the lead a company before you make one from it.
lead-problem-which = Choose which one.
lead-problem-no-status = There is no status that says converted.
deal-problem-not-closed = This deal is open already.
company-problem-parent-circle = The company you chose already belongs to this one.
deal_contact-problem-twice = This person is on the deal already.

## Verbs

deal-action-win = Win
deal-action-lose = Lose
deal-action-lose-question = Why was it lost?
deal-action-reopen = Reopen
deal-won = { $title } is won
deal-lost = { $title } is lost
deal-reopened = { $title } is open again
lead-action-convert = Convert
lead-converted = The lead is converted
lead-convert-title = Convert { $title }
lead-convert-hint = Choose what the lead becomes. What is likely to be the same is chosen already.
lead-convert-company-new = Create the company “{ $name }”
lead-convert-company-other = Another company
lead-convert-company-none = No company
lead-convert-person-new = Create the person “{ $name }”
lead-convert-person-other = Another person
lead-convert-person-none = No person
lead-convert-deal-new = Create a new deal
lead-convert-deal-none = No deal
lead-match-email = same e-mail
lead-match-person = company of the person
lead-match-domain = same web domain
lead-match-phone = same phone
lead-match-name = same name
